/**
 * Several providers as one. A union's port is made of one port of each automaton, all of
 * one protocol and transport: those of one name go together first, then those that are
 * the only ones left. Ports that not all of them have are no ports of the union. It
 * depends on the set of automata alone, so union is associative, commutative and
 * idempotent.
 */
import { isRange, portsText } from "../../core/port-range.ts";
import { byText } from "../compare.ts";
import { named } from "./by-name.ts";
import type { Provider, ProviderPort, ProvidingAutomaton, Target } from "./composition.ts";
import { provider, sameItems } from "./face.ts";

/** Why providers cannot be one. */
export type Disunion =
  /** Ports of one name that speak differently. */
  | { readonly _tag: "Conflict"; readonly one: Target; readonly other: Target }
  /** Ports of one protocol, of which it is not clear which go together. */
  | { readonly _tag: "Unclear"; readonly ports: readonly Target[] }
  /** Nothing that all of them provide. */
  | { readonly _tag: "NothingShared"; readonly sources: readonly ProvidingAutomaton[] };

const bySource = (a: ProvidingAutomaton, b: ProvidingAutomaton): number =>
  byText(a.automaton, b.automaton) || byText(a.picked ?? "", b.picked ?? "");

const byTarget = (a: Target, b: Target): number => byText(a.automaton, b.automaton) || byText(a.port, b.port);

/** Sorted, each once. */
const sorted = <T>(items: readonly T[], compare: (a: T, b: T) => number): T[] => {
  const all = [...items].sort(compare);
  return all.filter((item, i) => i === 0 || compare(all[i - 1]!, item) !== 0);
};

/** What two ports must have in common to be one; ranges of ports have the same numbers. */
const classOf = (port: Target): string =>
  `${port.transport} ${isRange(port) ? portsText(port) : ""} ${port.protocol.key}`;

/** One provider that stands for all; or why there is none. At least one is given. */
export const unite = (all: readonly Provider[]): Provider | Disunion => {
  const sources = sorted(
    all.flatMap((one) => one.sources),
    bySource,
  );
  if (sources.length === 1) return all[0]!;
  const conflict = firstConflict(sources);
  if (conflict !== null) return conflict;
  const classes = new Map<string, Target[]>();
  for (const port of sources.flatMap((source) => source.ports)) {
    const of = classes.get(classOf(port));
    if (of === undefined) classes.set(classOf(port), [port]);
    else of.push(port);
  }
  const offers: ProviderPort[] = [];
  for (const key of classes.keys()) {
    const made = offersOf(sources, key);
    if (!Array.isArray(made)) return made;
    offers.push(...made);
  }
  if (offers.length === 0) return { _tag: "NothingShared", sources };
  return provider(
    sources,
    offers.sort((a, b) => byText(a.name, b.name)),
  );
};

const firstConflict = (sources: readonly ProvidingAutomaton[]): Disunion | null => {
  const named = new Map<string, Target>();
  for (const port of sources.flatMap((source) => source.ports)) {
    const earlier = named.get(port.port);
    if (earlier === undefined) named.set(port.port, port);
    else if (classOf(earlier) !== classOf(port)) return { _tag: "Conflict", one: earlier, other: port };
  }
  return null;
};

/** The union's ports of one protocol and transport. */
const offersOf = (sources: readonly ProvidingAutomaton[], key: string): ProviderPort[] | Disunion => {
  const rows = sources.map((source) => source.ports.filter((port) => classOf(port) === key));
  const names = rows[0]!
    .map((port) => port.port)
    .filter((name) => rows.every((row) => row.some((port) => port.port === name)));
  const offers = names.map((name) => offer(rows.map((row) => row.find((port) => port.port === name)!)));
  const left = rows.map((row) => row.filter((port) => !names.includes(port.port)));
  if (left.some((row) => row.length === 0)) return offers;
  if (left.some((row) => row.length > 1)) return { _tag: "Unclear", ports: left.flat() };
  return [...offers, offer(left.map((row) => row[0]!))];
};

/** One port of all the given ones. */
const offer = (ports: readonly Target[]): ProviderPort => {
  const to = sorted(ports, byTarget);
  const names = sorted(
    to.map((port) => port.port),
    byText,
  );
  const { protocol, label, transport } = to[0]!;
  return { name: names.join("|"), protocol, label, transport, to };
};

const portsOf = ({ to }: ProviderPort): readonly string[] => to.map(({ port }) => port);
const portOf = ({ port }: Target): readonly string[] => [port];

/** Of a provider what it offers under a name; null where that is nothing. */
export const pickOffer = (from: Provider, name: string): Provider | null => {
  const [found] = named(from.offers, name, portsOf);
  if (found === undefined) return null;
  if (from.sources.length === 1 && from.sources[0]!.picked === name) return from;
  const sources = from.sources.map((source): ProvidingAutomaton => {
    const ports = found.to
      .flatMap((one) => named(source.ports, one.port, portOf).filter((port) => byTarget(one, port) === 0))
      .sort(byTarget);
    return { automaton: source.automaton, ports, picked: ports[0]!.port };
  });
  return provider(sources, [found]);
};

export const samePorts = (a: readonly Target[], b: readonly Target[]): boolean =>
  sameItems(a, b, (one, other) => byTarget(one, other) === 0);
