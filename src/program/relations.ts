/**
 * The facts of a composition as relations: automata by name, wires by requirement,
 * publications by port. Deltas of the fact tree keep them up to date; the members that
 * a delta touches are built anew, and nothing else.
 */

import { added, Bags, differ, firstOf, itemsOf, removed } from "../core/bag.ts";
import { numbersOf, type PortRange } from "../core/port-range.ts";
import type { Transport } from "../core/resource.ts";
import type { Fact, MemberFact, PublishFact, Target, WireFact } from "../language/composition/composition.ts";
import { equal } from "../language/equality.ts";
import { hostName } from "../language/host-name.ts";
import {
  type AutomatonMember,
  hostPortsOf,
  type Member,
  ownerOf,
  type PublicationOf,
  serviceId,
  transportOf,
  type UnionMember,
  type WireOut,
} from "../language/member.ts";
import type { Site } from "../language/problem.ts";
import type { AutomatonValue, RequiredPort } from "../language/value.ts";
import { AutomatonFacts } from "./automaton-facts.ts";
import { StartingOrder } from "./starting-order.ts";

const portKeyOf = (fact: PublishFact): string => `${transportOf(fact.to)}/${fact.hostPort}`;

/** A range of ports is at each of them. */
const portKeysOf = (fact: PublishFact): readonly string[] =>
  numbersOf(hostPortsOf(fact.hostPort, fact.to)).map((port) => `${transportOf(fact.to)}/${port}`);

const sameTo = (a: WireFact | PublishFact, b: WireFact | PublishFact): boolean =>
  a.to === b.to || serviceId(a.to) === serviceId(b.to);

/** What a delta touches. */
interface Delta {
  readonly touched: AutomatonFacts[];
  readonly unions: Set<string>;
  readonly ports: Set<string>;
  readonly hosts: Set<string>;
}

/** All facts of one composition, by what they speak of. */
export class Relations {
  readonly #plain: (automaton: AutomatonValue) => AutomatonValue;
  /** By name; in the order in which automata became members. */
  readonly #facts = new Map<string, AutomatonFacts>();
  readonly #hosts = new Bags<string, string>();
  readonly #publishes = new Bags<string, PublishFact>();
  readonly #publishesOf = new Bags<string, string>();
  readonly #unions = new Bags<string, Fact>();
  /** Names, hosts, requirements and ports of which two things are said that cannot both hold. */
  readonly #conflicts = new Set<string>();
  /** Automata that have a requirement that is neither optional nor wired. */
  readonly #unwired = new Set<string>();
  readonly #order = new StartingOrder();

  /** `plain`: an automaton with its body as it is now; see `Handles`. */
  constructor(plain: (automaton: AutomatonValue) => AutomatonValue) {
    this.#plain = plain;
  }

  /** Takes a delta, and returns the keys of the members that it touches. */
  apply(gone: readonly Fact[], come: readonly Fact[]): readonly string[] {
    const delta: Delta = { touched: [], unions: new Set(), ports: new Set(), hosts: new Set() };
    // What comes first comes in first: a bag must not be asked for what it lacks.
    for (const fact of come) this.#take(fact, true, delta);
    for (const fact of gone) this.#take(fact, false, delta);
    for (const facts of delta.touched) this.#check(facts);
    for (const host of delta.hosts) this.#note("host", host, differ(this.#hosts.of(host), Object.is));
    for (const key of delta.ports) this.#note("port", key, differ(this.#publishes.of(key), sameTo));
    return [...delta.touched.map(({ name }) => name), ...delta.unions];
  }

  #take(fact: Fact, come: boolean, delta: Delta): void {
    const change = come ? "add" : "remove";
    switch (fact._tag) {
      case "Member": {
        const { size } = this.#facts;
        const facts = this.#touch(fact.automaton.name, delta);
        const wasMember = facts.members !== null;
        facts.members = come ? added(facts.members, fact) : removed(facts.members, fact);
        if (wasMember === (facts.members !== null)) return;
        this.#order.member(facts.name, !wasMember);
        this.#changeHost(change, facts.name, delta);
        if (!come || this.#facts.size > size) return;
        // Known before by wires alone: its place is behind those that were members before it.
        this.#facts.delete(facts.name);
        this.#facts.set(facts.name, facts);
        return;
      }
      case "Wire": {
        this.#touch(fact.from, delta).wire(fact, come);
        if (!come) this.#note("wire", `${fact.from}.${fact.requirement}`, false);
        if (fact.to.length > 1) this.#changeUnion(change, fact.to, fact, delta);
        return;
      }
      case "Publish": {
        const [key, owner] = [portKeyOf(fact), ownerOf(fact.to)];
        for (const one of portKeysOf(fact)) {
          this.#publishes[change](one, fact);
          delta.ports.add(one);
        }
        this.#publishesOf[change](owner, key);
        if (fact.to.length === 1) this.#touch(owner, delta);
        if (fact.to.length > 1) this.#changeUnion(change, fact.to, fact, delta);
        return;
      }
    }
  }

  #touch(name: string, { touched }: Delta): AutomatonFacts {
    let facts = this.#facts.get(name);
    if (facts === undefined) {
      facts = new AutomatonFacts(name);
      this.#facts.set(name, facts);
    }
    if (!facts.isTouched) {
      facts.isTouched = true;
      touched.push(facts);
    }
    return facts;
  }

  #changeHost(change: "add" | "remove", name: string, { hosts }: Delta): void {
    const host = hostName(name);
    this.#hosts[change](host, name);
    hosts.add(host);
  }

  #changeUnion(change: "add" | "remove", to: readonly Target[], fact: Fact, { unions }: Delta): void {
    const id = serviceId(to);
    this.#unions[change](id, fact);
    unions.add(id);
  }

  /** Automata whose body changed behind their name; returns those that are members. */
  bodiesChanged(names: Iterable<string>): readonly string[] {
    const touched: string[] = [];
    for (const name of names) {
      const facts = this.#facts.get(name);
      if (facts === undefined || facts.members === null) continue;
      this.#sameName(facts);
      this.#order.starts(name, this.#automatonOf(facts));
      touched.push(name);
    }
    return touched;
  }

  *keys(): Iterable<string> {
    for (const { name, members } of this.#facts.values()) if (members !== null) yield name;
    yield* this.#unions.keys();
  }

  /** Everything that is said of an automaton. */
  *factsOf(name: string): Iterable<Fact> {
    const facts = this.#facts.get(name);
    if (facts !== undefined) {
      yield* itemsOf(facts.members);
      for (const { wires } of facts.requirements) yield* itemsOf(wires);
    }
    for (const key of itemsOf(this.#publishesOf.of(name)))
      for (const fact of itemsOf(this.#publishes.of(key))) if (portKeyOf(fact) === key) yield fact;
  }

  /** The member with this key as the facts have it now. */
  member(key: string): Member | null {
    return this.#automaton(key) ?? this.#union(key);
  }

  /** Whether anything is published at a port of the host. */
  publication(hostPort: number, transport: Transport | null): boolean {
    const transports: readonly Transport[] = transport === null ? ["tcp", "udp"] : [transport];
    return transports.some((one) => this.#publishes.of(`${one}/${hostPort}`) !== null);
  }

  /** The ports of the host at which something is published, and where that is said. */
  *published(): Generator<{ readonly transport: Transport; readonly ports: PortRange; readonly site: Site }> {
    for (const key of this.#publishes.keys()) {
      const fact = firstOf(this.#publishes.of(key))!;
      if (portKeyOf(fact) !== key) continue; // a range, at its first port
      const ports = hostPortsOf(fact.hostPort, fact.to);
      yield { transport: transportOf(fact.to), ports, site: fact.site };
    }
  }

  /** Whether all facts can hold together. */
  get consistent(): boolean {
    return this.#conflicts.size === 0;
  }

  /** Whether every requirement is met that must be. */
  get satisfied(): boolean {
    return this.#unwired.size === 0;
  }

  /** Whether all automata can be started in the order that they ask for. */
  get ordered(): boolean {
    return this.#order.holds;
  }

  #note(what: "name" | "host" | "wire" | "port", key: string, conflict: boolean): void {
    if (conflict) this.#conflicts.add(`${what} ${key}`);
    else if (this.#conflicts.size > 0) this.#conflicts.delete(`${what} ${key}`);
  }

  #sameName({ name, members }: AutomatonFacts): void {
    const same = (a: MemberFact, b: MemberFact): boolean =>
      a.automaton === b.automaton || equal(this.#plain(a.automaton), this.#plain(b.automaton)) === true;
    this.#note("name", name, differ(members, same));
  }

  /** Brings up to date what is known of an automaton of which facts came or went. */
  #check(facts: AutomatonFacts): void {
    facts.isTouched = false;
    const { name } = facts;
    this.#sameName(facts);
    for (const { requirement, wires } of facts.requirements)
      this.#note("wire", `${name}.${requirement}`, differ(wires, sameTo));
    const isOpen = (port: RequiredPort): boolean => !port.optional && facts.required(port.name) === undefined;
    const automaton = this.#automatonOf(facts);
    this.#order.starts(name, automaton);
    if (automaton?.requires.some(isOpen) === true) this.#unwired.add(name);
    else if (this.#unwired.size > 0) this.#unwired.delete(name);
    if (facts.isNothing) this.#facts.delete(name);
  }

  #automatonOf({ members }: AutomatonFacts): AutomatonValue | null {
    const fact = firstOf(members);
    return fact === null ? null : this.#plain(fact.automaton);
  }

  #automaton(name: string): AutomatonMember | null {
    const facts = this.#facts.get(name);
    const automaton = facts === undefined ? null : this.#automatonOf(facts);
    if (facts === undefined || automaton === null) return null;
    const wires = Array.from(facts.requirements, ({ requirement, wires: facts }): WireOut => {
      // Written both ways, a wire is a request, so that answers come back.
      const isRequest = [...itemsOf(facts)].some((fact) => fact.kind === "request");
      return { requirement, kind: isRequest ? "request" : "message", to: firstOf(facts)!.to };
    });
    if (wires.length > 1) wires.sort((a, b) => (a.requirement < b.requirement ? -1 : 1));
    return { _tag: "Automaton", key: name, automaton, wires, publications: this.#publications(name) };
  }

  #union(id: string): UnionMember | null {
    const fact = firstOf(this.#unions.of(id));
    if (fact === null || fact._tag === "Member") return null;
    return { _tag: "Union", key: id, targets: fact.to, publications: this.#publications(id) };
  }

  #publications(owner: string): PublicationOf[] {
    const found: PublicationOf[] = [];
    for (const key of itemsOf(this.#publishesOf.of(owner))) {
      for (const fact of itemsOf(this.#publishes.of(key))) {
        if (ownerOf(fact.to) !== owner || portKeyOf(fact) !== key) continue;
        found.push({ hostPort: fact.hostPort, to: fact.to });
        break;
      }
    }
    return found.sort((a, b) => a.hostPort - b.hostPort || (transportOf(a.to) < transportOf(b.to) ? -1 : 1));
  }
}
