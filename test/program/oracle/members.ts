/** From the facts of a composition to what there is to be in the world; plainly. */
import type { Composition, Fact, Target } from "../../../src/language/composition/composition.ts";
import { leaves } from "../../../src/language/composition/facts.ts";
import type { AutomatonValue } from "../../../src/language/value.ts";

/** One provider, or those of a union, as the service that they make. */
export interface Service {
  /** `automaton.port`, of a union all of them, joined by `|`. */
  readonly id: string;
  readonly transport: "tcp" | "udp";
  /** Of a union the lowest. */
  readonly number: number;
  /** Of a range of ports the last. */
  readonly last?: number;
  /** Who answers, and where each listens. */
  readonly providers: readonly {
    readonly automaton: string;
    readonly port: string;
    readonly number: number;
    readonly last?: number;
  }[];
}

export interface Wired {
  readonly requirement: string;
  readonly isMessage: boolean;
  readonly service: Service;
}

export interface Published {
  readonly hostPort: number;
  readonly service: Service;
}

/** An automaton with its wires, sorted by requirement, or a union. */
export interface Member {
  /** The automaton's name, or the union's id. */
  readonly key: string;
  readonly automaton: AutomatonValue | null;
  readonly wires: readonly Wired[];
  readonly offers: readonly Service[];
  /** Sorted by port, tcp before udp. */
  readonly publications: readonly Published[];
}

const serviceOf = (to: readonly Target[]): Service => ({
  id: to.map(({ automaton, port }) => `${automaton}.${port}`).join("|"),
  transport: to[0]!.transport,
  number: Math.min(...to.map(({ number }) => number)),
  ...(to[0]!.last > to[0]!.number && { last: to[0]!.last }),
  providers: to.map(({ automaton, port, number, last, listens }) => ({
    ...{ automaton, port, number: listens },
    ...(last > number && { last }),
  })),
});

/** An automaton has its own services, a union has itself. */
const memberOf = ({ id, providers }: Service): string =>
  providers.length === 1 ? providers[0]!.automaton : id;

const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The last of those with one key: where they differ, the program is in error. */
const lastBy = <T>(all: readonly T[], key: (one: T) => string): readonly T[] => [
  ...new Map(all.map((one) => [key(one), one])).values(),
];

const ofKind = <Tag extends Fact["_tag"]>(facts: readonly Fact[], tag: Tag) =>
  facts.filter((fact): fact is Extract<Fact, { readonly _tag: Tag }> => fact._tag === tag);

export const membersOf = (composition: Composition): readonly Member[] => {
  const facts = [...leaves(composition.facts)];
  const publications = ofKind(facts, "Publish").map(({ hostPort, to }) => ({
    hostPort,
    service: serviceOf(to),
  }));
  const publishedOf = (key: string): readonly Published[] =>
    lastBy(
      publications.filter(({ service }) => memberOf(service) === key),
      ({ hostPort, service }) => `${service.transport} ${hostPort}`,
    ).toSorted((a, b) => a.hostPort - b.hostPort || before(a.service.transport, b.service.transport));
  // Written both ways, a wire is a request.
  const wires = ofKind(facts, "Wire").sort((a, b) => before(a.kind, b.kind));
  const wiredOf = (name: string): readonly Wired[] =>
    lastBy(
      wires.filter(({ from }) => from === name),
      ({ requirement }) => requirement,
    )
      .map(({ requirement, kind, to }) => ({
        requirement,
        isMessage: kind === "message",
        service: serviceOf(to),
      }))
      .sort((a, b) => before(a.requirement, b.requirement));
  const automata = lastBy(ofKind(facts, "Member"), ({ automaton }) => automaton.name).map(({ automaton }) => {
    const { name } = automaton;
    const offers = automaton.provides.map(({ name: port, transport, number, last, listens }) =>
      serviceOf([{ automaton: name, port, transport, number, last, listens } as Target]),
    );
    return { key: name, automaton, wires: wiredOf(name), offers, publications: publishedOf(name) };
  });
  const used = [...wires, ...ofKind(facts, "Publish")].map(({ to }) => serviceOf(to));
  const unions = lastBy(
    used.filter(({ providers }) => providers.length > 1),
    ({ id }) => id,
  ).map((service) => {
    const { id } = service;
    return { key: id, automaton: null, wires: [], offers: [service], publications: publishedOf(id) };
  });
  return [...automata, ...unions].sort((a, b) => before(a.key, b.key));
};
