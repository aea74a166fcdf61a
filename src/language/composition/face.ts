/**
 * The ends of compositions. Ends and bundles of ends of equal content are one object, so
 * that what was found out about them can be remembered by identity: an automaton that
 * changes in what is no port of it keeps its ends.
 */
import type { AutomatonValue } from "../value.ts";
import type {
  Caller,
  Face,
  Provider,
  ProviderPort,
  ProvidingAutomaton,
  Requirement,
  Target,
  Together,
} from "./composition.ts";
import { Interned, memoOn, Recent } from "./memo.ts";

const sameRequirement = (a: Requirement, b: Requirement): boolean =>
  a.name === b.name &&
  a.optional === b.optional &&
  a.each === b.each &&
  a.label === b.label &&
  a.protocol.key === b.protocol.key;

const sameTarget = (a: Target, b: Target): boolean =>
  a.port === b.port &&
  a.number === b.number &&
  a.last === b.last &&
  a.listens === b.listens &&
  a.external === b.external &&
  a.host === b.host &&
  a.anywhere === b.anywhere &&
  a.transport === b.transport &&
  a.label === b.label &&
  a.automaton === b.automaton &&
  a.protocol.key === b.protocol.key;

export const sameItems = <T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean => {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !same(a[i]!, b[i]!)) return false;
  return true;
};

const sameSource = (a: ProvidingAutomaton, b: ProvidingAutomaton): boolean =>
  a.automaton === b.automaton && a.picked === b.picked && sameItems(a.ports, b.ports, sameTarget);

const sameOffer = (a: ProviderPort, b: ProviderPort): boolean =>
  a.name === b.name && sameItems(a.to, b.to, sameTarget);

const sameCaller = (a: Caller, b: Caller): boolean =>
  a.picked === b.picked && sameItems(a.requires, b.requires, sameRequirement);

const sameProvider = (a: Provider, b: Provider): boolean =>
  sameItems(a.sources, b.sources, sameSource) && sameItems(a.offers, b.offers, sameOffer);

const callers = new Interned(sameCaller);
const providers = new Interned(sameProvider);

/** An automaton where an arrow begins, and where one ends. */
export interface Ends {
  readonly caller: Caller;
  readonly provider: Provider;
}

/** Where the ends of automata are found again. */
export interface EndsByName {
  /** Ends that say the same: those of before, or else these. */
  readonly same: (automaton: string, ends: Ends) => Ends;
}

/** As long as something holds them: of automata of which nobody knows how long they are needed. */
export const anyEnds: EndsByName = {
  same: (automaton, { caller, provider }) => ({
    caller: callers.intern(automaton, caller),
    provider: providers.intern(automaton, provider),
  }),
};

/** Of what a program declares, which knows what it has: weak references are dear to make. */
export class DeclaredEnds implements EndsByName {
  readonly #latest = new Map<string, Ends>();

  get size(): number {
    return this.#latest.size;
  }

  same(automaton: string, ends: Ends): Ends {
    const before = this.#latest.get(automaton);
    const latest = before === undefined ? ends : asBefore(before, ends);
    if (latest !== before) this.#latest.set(automaton, latest);
    return latest;
  }

  /** Forgets those of all other automata. */
  keep(automata: ReadonlySet<string>): void {
    for (const name of this.#latest.keys()) if (!automata.has(name)) this.#latest.delete(name);
  }
}

const asBefore = (before: Ends, { caller, provider }: Ends): Ends => {
  const [keepsCaller, keepsProvider] = [
    sameCaller(before.caller, caller),
    sameProvider(before.provider, provider),
  ];
  if (keepsCaller && keepsProvider) return before;
  return {
    caller: keepsCaller ? before.caller : caller,
    provider: keepsProvider ? before.provider : provider,
  };
};

/** One object for what was picked from equal callers. */
export const samePick = (caller: Caller): Caller =>
  callers.intern(`${caller.automaton}.${caller.picked}`, caller);

/** `sources` is not empty. */
export const provider = (
  sources: readonly ProvidingAutomaton[],
  offers: readonly ProviderPort[],
): Provider => {
  const { automaton, picked } = sources[0]!;
  const name = `${automaton}.${picked ?? ""}|${sources.length}`;
  return providers.intern(name, { _tag: "Provider", sources, offers });
};

const callerOf = ({ name: automaton, requires }: AutomatonValue): Caller => ({
  _tag: "Caller",
  automaton,
  requires: requires.map(({ name, protocol, label, optional, each }) => ({
    name,
    protocol,
    label,
    optional,
    each,
  })),
  picked: null,
  whole: null,
});

const offerOf = (target: Target): ProviderPort => ({
  name: target.port,
  protocol: target.protocol,
  label: target.label,
  transport: target.transport,
  to: [target],
});

const providerOf = ({ name: automaton, provides }: AutomatonValue): Provider => {
  const ports = provides.map(
    ({ name, protocol, label, transport, number, last, listens, at }): Target => ({
      automaton,
      port: name,
      transport,
      number,
      last,
      listens,
      external: at !== null,
      anywhere: at?._tag === "Anywhere",
      host: at?._tag === "HostName" ? at.name : null,
      protocol,
      label,
    }),
  );
  return { _tag: "Provider", sources: [{ automaton, ports, picked: null }], offers: ports.map(offerOf) };
};

export const endsOf = (automaton: AutomatonValue, known: EndsByName): Ends =>
  known.same(automaton.name, { caller: callerOf(automaton), provider: providerOf(automaton) });

/** No end at all. */
export const nobody: Together<never> = { _tag: "Together", parts: [], count: 0 };

export const countOf = (face: Face<Caller | Provider>): number => (face._tag === "Together" ? face.count : 1);

/** Bundles, on the first of their parts. */
const bundles = memoOn(() => new Recent<Together<unknown>>(4));

/** Ends side by side. O(parts). */
export const together = <End extends Caller | Provider>(parts: readonly Face<End>[]): Face<End> => {
  const some = parts.filter((part) => countOf(part) > 0);
  if (some.length === 0) return nobody;
  if (some.length === 1) return some[0]!;
  const known = bundles(some[0]!);
  const earlier = known.find((one) => sameItems<unknown>(one.parts, some, () => false));
  if (earlier !== undefined) return earlier as Together<End>;
  let count = 0;
  for (const part of some) count += countOf(part);
  const made: Together<End> = { _tag: "Together", parts: some, count };
  known.add(made);
  return made;
};

/** The ends of a face, in order. */
export function* ends<End extends Caller | Provider>(face: Face<End>): Generator<End, void, undefined> {
  const stack: Face<End>[] = [face];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top._tag !== "Together") yield top as End;
    else for (let i = top.parts.length - 1; i >= 0; i--) stack.push(top.parts[i]!);
  }
}

/** The face with `f` of each of its ends. A loop: faces may be deep. */
export const mapEnds = <End extends Caller | Provider>(face: Face<End>, f: (end: End) => End): Face<End> => {
  if (face._tag !== "Together") return f(face as End);
  const whole: Face<End>[] = [];
  const stack: { readonly face: Face<End>; readonly done: Face<End>[]; readonly into: Face<End>[] }[] = [
    { face, done: [], into: whole },
  ];
  for (let top = stack[0]; top !== undefined; top = stack[stack.length - 1]) {
    const { face: at, done, into } = top;
    if (at._tag !== "Together") into.push(f(at as End));
    else if (done.length < at.parts.length) {
      stack.push({ face: at.parts[done.length]!, done: [], into: done });
      continue;
    } else into.push(together(done));
    stack.pop();
  }
  return whole[0]!;
};
