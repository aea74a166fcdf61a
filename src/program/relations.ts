/**
 * The facts of a composition as relations: automata by name, wires by requirement,
 * publications by port. Deltas of the fact tree keep them up to date; the members that
 * a delta touches are built anew, and nothing else.
 */
import type { Fact, MemberFact, PublishFact, Target, WireFact } from "../language/composition/composition.ts";
import { equal } from "../language/equality.ts";
import { hostName } from "../language/host-name.ts";
import {
  type AutomatonMember,
  type Member,
  ownerOf,
  type PublicationOf,
  serviceId,
  transportOf,
  type UnionMember,
  type WireOut,
} from "../language/member.ts";
import type { AutomatonValue } from "../language/value.ts";
import { Bags } from "./bag.ts";

const wireKeyOf = (fact: WireFact): string => `${fact.from}.${fact.requirement}`;
const portKeyOf = (fact: PublishFact): string => `${transportOf(fact.to)}/${fact.hostPort}`;

/** Whether items that should mean one thing do not. */
const differ = <T>(items: Iterable<T>, same: (a: T, b: T) => boolean): boolean => {
  let first: T | undefined;
  for (const item of items) {
    if (first === undefined) first = item;
    else if (!same(first, item)) return true;
  }
  return false;
};

export class Relations {
  readonly #plain: (automaton: AutomatonValue) => AutomatonValue;
  readonly #members = new Bags<string, MemberFact>();
  readonly #hosts = new Bags<string, string>();
  readonly #wires = new Bags<string, WireFact>();
  readonly #wiresOf = new Bags<string, string>();
  readonly #publishes = new Bags<string, PublishFact>();
  readonly #publishesOf = new Bags<string, string>();
  readonly #unions = new Bags<string, Fact>();
  /** Names, hosts, requirements and ports of which two things are said that cannot both hold. */
  readonly #conflicts = new Set<string>();
  /** Automata that have a requirement that is neither optional nor wired. */
  readonly #unwired = new Set<string>();

  /** `plain`: an automaton with its body as it is now; see `Handles`. */
  constructor(plain: (automaton: AutomatonValue) => AutomatonValue) {
    this.#plain = plain;
  }

  /** Takes a delta, and returns the keys of the members that it touches. */
  apply(removed: readonly Fact[], added: readonly Fact[]): ReadonlySet<string> {
    const names = new Set<string>();
    const unions = new Set<string>();
    const dirty = { wires: new Set<string>(), ports: new Set<string>(), hosts: new Set<string>() };
    const each = (fact: Fact, come: boolean): void => {
      const change = come ? "add" : "remove";
      switch (fact._tag) {
        case "Member": {
          const { name } = fact.automaton;
          this.#members[change](name, fact);
          this.#hosts[change](hostName(name), name);
          names.add(name);
          dirty.hosts.add(hostName(name));
          return;
        }
        case "Wire": {
          const key = wireKeyOf(fact);
          this.#wires[change](key, fact);
          this.#wiresOf[change](fact.from, fact.requirement);
          dirty.wires.add(key);
          names.add(fact.from);
          if (fact.to.length > 1) this.#changeUnion(change, fact.to, fact, unions);
          return;
        }
        case "Publish": {
          const [key, owner] = [portKeyOf(fact), ownerOf(fact.to)];
          this.#publishes[change](key, fact);
          this.#publishesOf[change](owner, key);
          dirty.ports.add(key);
          if (fact.to.length === 1) names.add(owner);
          if (fact.to.length > 1) this.#changeUnion(change, fact.to, fact, unions);
          return;
        }
      }
    };
    // What comes first comes in first: a bag must not be asked for what it lacks.
    for (const fact of added) each(fact, true);
    for (const fact of removed) each(fact, false);
    this.#findConflicts(names, dirty);
    for (const name of names) this.#findUnwired(name);
    return new Set([...names, ...unions]);
  }

  #changeUnion(change: "add" | "remove", to: readonly Target[], fact: Fact, touched: Set<string>): void {
    const id = serviceId(to);
    this.#unions[change](id, fact);
    touched.add(id);
  }

  /** Automata whose body changed behind their name; returns those that are members. */
  bodiesChanged(names: Iterable<string>): ReadonlySet<string> {
    const touched = new Set<string>();
    for (const name of names) {
      if (!this.#members.has(name)) continue;
      this.#sameName(name);
      touched.add(name);
    }
    return touched;
  }

  *keys(): Iterable<string> {
    yield* this.#members.keys();
    yield* this.#unions.keys();
  }

  /** Everything that is said of an automaton. */
  *factsOf(name: string): Iterable<Fact> {
    yield* this.#members.items(name);
    for (const requirement of this.#wiresOf.items(name)) yield* this.#wires.items(`${name}.${requirement}`);
    for (const key of this.#publishesOf.items(name)) yield* this.#publishes.items(key);
  }

  /** The member with this key as the facts have it now. */
  member(key: string): Member | null {
    return this.#automaton(key) ?? this.#union(key);
  }

  /** Whether all facts can hold together. */
  get consistent(): boolean {
    return this.#conflicts.size === 0;
  }

  /** Whether every requirement is met that must be. */
  get satisfied(): boolean {
    return this.#unwired.size === 0;
  }

  #note(key: string, conflict: boolean): void {
    if (conflict) this.#conflicts.add(key);
    else this.#conflicts.delete(key);
  }

  #sameName(name: string): void {
    const same = (a: MemberFact, b: MemberFact): boolean =>
      a.automaton === b.automaton || equal(this.#plain(a.automaton), this.#plain(b.automaton)) === true;
    this.#note(`name ${name}`, differ(this.#members.items(name), same));
  }

  #findConflicts(
    names: Set<string>,
    dirty: { readonly wires: Set<string>; readonly ports: Set<string>; readonly hosts: Set<string> },
  ): void {
    for (const name of names) this.#sameName(name);
    for (const host of dirty.hosts) this.#note(`host ${host}`, differ(this.#hosts.items(host), Object.is));
    const sameTo = (a: WireFact | PublishFact, b: WireFact | PublishFact): boolean =>
      a.to === b.to || serviceId(a.to) === serviceId(b.to);
    for (const key of dirty.wires) this.#note(`wire ${key}`, differ(this.#wires.items(key), sameTo));
    for (const key of dirty.ports) this.#note(`port ${key}`, differ(this.#publishes.items(key), sameTo));
  }

  #automatonOf(name: string): AutomatonValue | undefined {
    const automaton = this.#members.first(name)?.automaton;
    return automaton === undefined ? undefined : this.#plain(automaton);
  }

  #findUnwired(name: string): void {
    const wired = new Set(this.#wiresOf.items(name));
    const requires = this.#automatonOf(name)?.requires ?? [];
    if (requires.some((port) => !port.optional && !wired.has(port.name))) this.#unwired.add(name);
    else this.#unwired.delete(name);
  }

  #automaton(name: string): AutomatonMember | null {
    const automaton = this.#automatonOf(name);
    if (automaton === undefined) return null;
    const wires = [...this.#wiresOf.items(name)].sort().map((requirement): WireOut => {
      const facts = [...this.#wires.items(`${name}.${requirement}`)];
      // Written both ways, a wire is a request: whoever waits for answers gets them.
      const kind = facts.some((fact) => fact.kind === "request") ? "request" : "message";
      return { requirement, kind, to: facts[0]!.to };
    });
    return { _tag: "Automaton", key: name, automaton, wires, publications: this.#publications(name) };
  }

  #union(id: string): UnionMember | null {
    const fact = this.#unions.first(id);
    if (fact === undefined || fact._tag === "Member") return null;
    return { _tag: "Union", key: id, targets: fact.to, publications: this.#publications(id) };
  }

  #publications(owner: string): PublicationOf[] {
    const found: PublicationOf[] = [];
    for (const key of this.#publishesOf.items(owner)) {
      for (const fact of this.#publishes.items(key)) {
        if (
          ownerOf(fact.to) !== owner ||
          found.some(
            (other) => other.hostPort === fact.hostPort && transportOf(other.to) === transportOf(fact.to),
          )
        )
          continue;
        found.push({ hostPort: fact.hostPort, to: fact.to });
      }
    }
    return found.sort((a, b) => a.hostPort - b.hostPort || (transportOf(a.to) < transportOf(b.to) ? -1 : 1));
  }
}
