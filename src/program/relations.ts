/**
 * The facts of a composition as relations: automata by name, wires by requirement,
 * publications by port. Deltas of the fact tree keep them up to date; the members that
 * a delta touches are built anew, and nothing else.
 */
import type { Fact, Target } from "../language/composition/composition.ts";
import { equal } from "../language/equality.ts";
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

type MemberFact = Fact & { readonly _tag: "Member" };
type WireFact = Fact & { readonly _tag: "Wire" };
type PublishFact = Fact & { readonly _tag: "Publish" };

/** Two facts that cannot both hold. */
export type Conflict =
  | { readonly _tag: "SameName"; readonly name: string; readonly facts: readonly [MemberFact, MemberFact] }
  | { readonly _tag: "SameHost"; readonly host: string; readonly facts: readonly [MemberFact, MemberFact] }
  | {
      readonly _tag: "TwoProviders";
      readonly requirement: string;
      readonly facts: readonly [WireFact, WireFact];
    }
  | { readonly _tag: "OnePort"; readonly port: string; readonly facts: readonly [PublishFact, PublishFact] };

export interface Unwired {
  readonly automaton: AutomatonValue;
  readonly requirement: string;
}

const hostOf = (name: string): string => name.toLowerCase().replaceAll("_", "-");
const wireKeyOf = (fact: WireFact): string => `${fact.from}.${fact.requirement}`;
const portKeyOf = (fact: PublishFact): string => `${transportOf(fact.to)}/${fact.hostPort}`;

/** The first two items that differ, of a bag that should mean one thing. */
const parting = <T>(items: Iterable<T>, same: (a: T, b: T) => boolean): [T, T] | null => {
  let first: T | undefined;
  for (const item of items) {
    if (first === undefined) first = item;
    else if (!same(first, item)) return [first, item];
  }
  return null;
};

const setOrDelete = <K, V>(map: Map<K, V>, key: K, value: V | null): void => {
  if (value === null) map.delete(key);
  else map.set(key, value);
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
  readonly #conflicts = new Map<string, Conflict>();
  readonly #unwired = new Map<string, readonly Unwired[]>();

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
      const unionOf = (to: readonly Target[]): void => {
        if (to.length < 2) return;
        this.#unions[change](serviceId(to), fact);
        unions.add(serviceId(to));
      };
      switch (fact._tag) {
        case "Member": {
          const { name } = fact.automaton;
          this.#members[change](name, fact);
          this.#hosts[change](hostOf(name), name);
          names.add(name);
          dirty.hosts.add(hostOf(name));
          return;
        }
        case "Wire": {
          const key = wireKeyOf(fact);
          this.#wires[change](key, fact);
          this.#wiresOf[change](fact.from, fact.requirement);
          dirty.wires.add(key);
          names.add(fact.from);
          unionOf(fact.to);
          return;
        }
        case "Publish": {
          const [key, owner] = [portKeyOf(fact), ownerOf(fact.to)];
          this.#publishes[change](key, fact);
          this.#publishesOf[change](owner, key);
          dirty.ports.add(key);
          if (fact.to.length === 1) names.add(owner);
          unionOf(fact.to);
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

  get conflicts(): Iterable<Conflict> {
    return this.#conflicts.values();
  }

  *unwired(): Iterable<Unwired> {
    for (const some of this.#unwired.values()) yield* some;
  }

  #sameName(name: string): void {
    const pair = parting(
      this.#members.items(name),
      (a, b) => equal(this.#plain(a.automaton), this.#plain(b.automaton)) === true,
    );
    setOrDelete(this.#conflicts, `name ${name}`, pair && { _tag: "SameName", name, facts: pair });
  }

  #findConflicts(
    names: Set<string>,
    dirty: { readonly wires: Set<string>; readonly ports: Set<string>; readonly hosts: Set<string> },
  ): void {
    for (const name of names) this.#sameName(name);
    for (const host of dirty.hosts) {
      const [one, two] = [...this.#hosts.items(host)].sort();
      const facts =
        two === undefined
          ? null
          : ([one!, two].map((name) => this.#members.first(name)!) as [MemberFact, MemberFact]);
      setOrDelete(this.#conflicts, `host ${host}`, facts && { _tag: "SameHost", host, facts });
    }
    for (const key of dirty.wires) {
      const pair = parting(this.#wires.items(key), (a, b) => serviceId(a.to) === serviceId(b.to));
      setOrDelete(
        this.#conflicts,
        `wire ${key}`,
        pair && { _tag: "TwoProviders", requirement: key, facts: pair },
      );
    }
    for (const key of dirty.ports) {
      const pair = parting(this.#publishes.items(key), (a, b) => serviceId(a.to) === serviceId(b.to));
      setOrDelete(this.#conflicts, `port ${key}`, pair && { _tag: "OnePort", port: key, facts: pair });
    }
  }

  #automatonOf(name: string): AutomatonValue | undefined {
    const automaton = this.#members.first(name)?.automaton;
    return automaton === undefined ? undefined : this.#plain(automaton);
  }

  #findUnwired(name: string): void {
    const automaton = this.#automatonOf(name);
    const wired = new Set(this.#wiresOf.items(name));
    const open = automaton?.requires.filter((port) => !port.optional && !wired.has(port.name)) ?? [];
    const unwired = open.map((port) => ({ automaton: automaton!, requirement: port.name }));
    setOrDelete(this.#unwired, name, unwired.length === 0 ? null : unwired);
  }

  #automaton(name: string): AutomatonMember | null {
    const automaton = this.#automatonOf(name);
    if (automaton === undefined) return null;
    const wires: WireOut[] = [];
    for (const requirement of this.#wiresOf.items(name)) {
      const facts = [...this.#wires.items(`${name}.${requirement}`)];
      // Written both ways, a wire is a request: whoever waits for answers gets them.
      const kind = facts.some((fact) => fact.kind === "request") ? "request" : "message";
      wires.push({ requirement, kind, to: facts[0]!.to });
    }
    wires.sort((a, b) => (a.requirement < b.requirement ? -1 : 1));
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
