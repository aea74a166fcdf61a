/** The elements of the system tree: what passes augment. */
import type { Transport } from "../core/resource.ts";
import type { Target } from "./composition/composition.ts";
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
  to.map((target) => `${target.automaton}.${target.port}`).join("|");

/** The member whose attributes hold that service. */
export const ownerOf = (to: readonly Target[]): string => (to.length === 1 ? to[0]!.automaton : serviceId(to));

/** The number at which a service is reached: of a union the lowest of its ports'. */
export const numberOf = (to: readonly Target[]): number => Math.min(...to.map((target) => target.number));

export const transportOf = (to: readonly Target[]): Transport => to[0]!.transport;
