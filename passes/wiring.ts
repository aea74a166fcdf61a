/**
 * Who reaches what: each wired requirement with its service, and the services that an
 * automaton or a union offers. That the protocols fit has been checked where the wire
 * was written.
 */

import { sameJson } from "../src/core/json.ts";
import type { Pass } from "../src/core/pass.ts";
import { withLast } from "../src/core/port-range.ts";
import type { Transport } from "../src/core/resource.ts";
import type { Target } from "../src/language/composition/composition.ts";
import { hostName } from "../src/language/host-name.ts";
import {
  type AutomatonMember,
  lastNumberOf,
  type Member,
  numberOf,
  ownerOf,
  serviceId,
  transportOf,
} from "../src/language/member.ts";

/** A wired requirement, and the service it is wired to. */
export interface Requirement {
  readonly requirement: string;
  readonly host: string;
  /** Of external providers their names, and those of the hosts that they are at: they are found by these, too. */
  readonly aliases: readonly string[];
  readonly oneWay: boolean;
  readonly service: string;
  /** The member that holds the service. */
  readonly owner: string;
  readonly transport: Transport;
  readonly number: number;
  /** The last of a range. */
  readonly last?: number;
  /** Whose instances it reaches one by one, and at which ports; null: only all of them together. */
  readonly each: readonly Answering[] | null;
}

/** Who answers, and at which port it listens. */
export interface Answering {
  readonly automaton: string;
  readonly port: string;
  readonly number: number;
  /** The last of a range. */
  readonly last?: number;
}

/** A service that a member offers. */
export interface ProvidedService {
  readonly service: string;
  readonly transport: Transport;
  readonly number: number;
  /** The last of a range. */
  readonly last?: number;
  readonly providers: readonly Answering[];
}

/** The name of a host elsewhere, and the port that is there. */
export interface NamedPort {
  readonly host: string;
  /** `smtp.mail` */
  readonly port: string;
}

/** Both sides of a member's wires. */
export interface Wiring {
  readonly requirements: readonly Requirement[];
  readonly offers: readonly ProvidedService[];
  /** The service of what stands for the internet, where it is wired to that; else null. It is none of its requirements. */
  readonly internet: { readonly owner: string; readonly service: string } | null;
  /** The names of hosts that its wires and publications lead to: these must be resolved. Sorted, without repetition. */
  readonly hosts: readonly NamedPort[];
}

const byHost = (a: NamedPort, b: NamedPort): number =>
  a.host !== b.host ? (a.host < b.host ? -1 : 1) : a.port === b.port ? 0 : a.port < b.port ? -1 : 1;

/** Two sorted lists as one. */
const joined = (a: readonly NamedPort[], b: readonly NamedPort[]): readonly NamedPort[] => {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const all: NamedPort[] = [];
  for (let [i, j] = [0, 0]; i < a.length || j < b.length; ) {
    const order = i === a.length ? 1 : j === b.length ? -1 : byHost(a[i]!, b[j]!);
    all.push(order > 0 ? b[j]! : a[i]!);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return all.length === a.length ? a : all;
};

const none: readonly NamedPort[] = [];

const hostsOf = (lists: readonly { readonly to: readonly Target[] }[]): readonly NamedPort[] =>
  lists.reduce(
    (all, { to }) =>
      to.reduce(
        (some, { host, automaton, port }) =>
          host === null ? some : joined(some, [{ host, port: `${automaton}.${port}` }]),
        all,
      ),
    none,
  );

const answering = (targets: readonly Target[]): readonly Answering[] =>
  targets.map(({ automaton, port, number, last, listens }) => ({
    automaton,
    port,
    number: listens,
    ...withLast(number, last),
  }));

const aliasesOf = (to: readonly Target[]): readonly string[] => [
  ...new Set(
    to.flatMap(({ external, automaton, host }) =>
      external ? [hostName(automaton), ...(host === null ? [] : [host])] : [],
    ),
  ),
];

const isToInternet = ({ to }: { readonly to: readonly Target[] }): boolean => to[0]!.anywhere;

const internetOf = ({ wires }: AutomatonMember): Wiring["internet"] => {
  const wire = wires.find(isToInternet);
  return wire === undefined ? null : { owner: ownerOf(wire.to), service: serviceId(wire.to) };
};

/** The wired requirements of an automaton, in the order of its wires. */
const requirementsOf = ({ automaton, wires }: AutomatonMember): readonly Requirement[] => {
  const single = new Set(automaton.requires.flatMap(({ name, each }) => (each ? [name] : [])));
  return wires
    .filter((wire) => !isToInternet(wire))
    .map(({ requirement, kind, to }) => ({
      requirement,
      host: hostName(requirement),
      aliases: aliasesOf(to),
      oneWay: kind === "message",
      service: serviceId(to),
      owner: ownerOf(to),
      transport: transportOf(to),
      number: numberOf(to),
      ...withLast(numberOf(to), lastNumberOf(to)),
      each: single.has(requirement) ? answering(to) : null,
    }));
};

const offersOf = (member: Member): readonly ProvidedService[] => {
  if (member._tag === "Union") {
    const { targets } = member;
    return [
      {
        service: member.key,
        transport: transportOf(targets),
        number: numberOf(targets),
        ...withLast(numberOf(targets), lastNumberOf(targets)),
        providers: answering(targets),
      },
    ];
  }
  return member.automaton.provides.map(({ name, transport, number, last, listens }) => ({
    service: `${member.key}.${name}`,
    transport,
    number,
    ...withLast(number, last),
    providers: [{ automaton: member.key, port: name, number: listens }],
  }));
};

/** Finds what each member requires and offers. */
export const wiring: Pass<"wiring", Member, object, Wiring, readonly NamedPort[]> = {
  name: "wiring",
  reads: [],
  algebra: (member) => ({
    requirements: member._tag === "Union" ? [] : requirementsOf(member),
    offers: offersOf(member),
    internet: member._tag === "Automaton" ? internetOf(member) : null,
    hosts: hostsOf(member._tag === "Union" ? member.publications : [...member.wires, ...member.publications]),
  }),
  equal: sameJson,
  summary: { empty: none, combine: joined, of: (wiring) => wiring.hosts },
};
