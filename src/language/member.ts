/** The elements of the system tree: what passes augment. */
import { type PortRange, withLast } from "../core/port-range.ts";
import type { Transport } from "../core/resource.ts";
import type { Target } from "./composition/composition.ts";
import { equal } from "./equality.ts";
import type { AutomatonValue } from "./value.ts";

/** A requirement with the service it is wired to. */
export interface WireOut {
  readonly requirement: string;
  readonly kind: "request" | "message";
  /** One provider, or those of a union; sorted. */
  readonly to: readonly Target[];
}

export interface PublicationOf {
  readonly hostPort: number;
  readonly to: readonly Target[];
}

export interface AutomatonMember {
  readonly _tag: "Automaton";
  readonly key: string;
  readonly automaton: AutomatonValue;
  /** Sorted by requirement. */
  readonly wires: readonly WireOut[];
  /** Of its own ports, sorted by host port. */
  readonly publications: readonly PublicationOf[];
}

/** The virtual provider of `x | y`: in the tree as long as something is wired to it. */
export interface UnionMember {
  readonly _tag: "Union";
  /** The service's id. */
  readonly key: string;
  readonly targets: readonly Target[];
  readonly publications: readonly PublicationOf[];
}

export type Member = AutomatonMember | UnionMember;

/** The id of the service that a list of targets makes. */
export const serviceId = (to: readonly Target[]): string =>
  to.length === 1
    ? `${to[0]!.automaton}.${to[0]!.port}`
    : to.map((target) => `${target.automaton}.${target.port}`).join("|");

/** The member whose attributes hold that service. */
export const ownerOf = (to: readonly Target[]): string =>
  to.length === 1 ? to[0]!.automaton : serviceId(to);

/** The number at which a service is reached: of a union the lowest of its ports'. */
export const numberOf = (to: readonly Target[]): number =>
  to.reduce((least, target) => Math.min(least, target.number), to[0]!.number);

/** The last number at which a service is reached; a union has ranges of the same numbers alone. */
export const lastNumberOf = (to: readonly Target[]): number =>
  to[0]!.last > to[0]!.number ? to[0]!.last : numberOf(to);

/** The ports of the host at which something is published. */
export const hostPortsOf = (hostPort: number, to: readonly Target[]): PortRange => ({
  number: hostPort,
  ...withLast(numberOf(to), lastNumberOf(to)),
});

export const transportOf = (to: readonly Target[]): Transport => to[0]!.transport;

const sameTargets = (a: readonly Target[], b: readonly Target[]): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((one, i) => {
      const other = b[i]!;
      return (
        one.automaton === other.automaton &&
        one.port === other.port &&
        one.transport === other.transport &&
        one.number === other.number &&
        one.last === other.last &&
        one.listens === other.listens &&
        one.external === other.external &&
        one.host === other.host &&
        one.protocol.key === other.protocol.key
      );
    }));

const samePublications = (a: readonly PublicationOf[], b: readonly PublicationOf[]): boolean =>
  a.length === b.length &&
  a.every((one, i) => one.hostPort === b[i]!.hostPort && sameTargets(one.to, b[i]!.to));

const sameWires = (a: readonly WireOut[], b: readonly WireOut[]): boolean =>
  a.length === b.length &&
  a.every(({ requirement, kind, to }, i) => {
    const other = b[i]!;
    return requirement === other.requirement && kind === other.kind && sameTargets(to, other.to);
  });

/** Whether two members mean the same; where they were written is no part of it. */
export const sameMember = (a: Member, b: Member): boolean => {
  if (a._tag === "Union" || b._tag === "Union") {
    if (a._tag !== "Union" || b._tag !== "Union") return false;
    return sameTargets(a.targets, b.targets) && samePublications(a.publications, b.publications);
  }
  return (
    equal(a.automaton, b.automaton) === true &&
    sameWires(a.wires, b.wires) &&
    samePublications(a.publications, b.publications)
  );
};
