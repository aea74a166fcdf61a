/** Which automata may connect to which services, and which instances answer: one element a wire, whatever the instance counts. */

import { listensCell, unreadyCell } from "../src/core/cell-key.ts";
import { sameJson } from "../src/core/json.ts";
import type { Pass } from "../src/core/pass.ts";
import {
  type DualAddress,
  type Endpoint,
  instanceKey,
  outsideKey,
  type Reached,
} from "../src/core/resource.ts";
import type { Member } from "../src/language/member.ts";
import type { Addresses } from "./addresses.ts";
import { limitsOf } from "./equation.ts";
import { sum } from "./summary.ts";
import type { Answering, Wiring } from "./wiring.ts";

/** Which services a member reaches, and which instances answer for its own. */
export interface Policy {
  /** The virtual address that each requirement may reach, in their order. */
  readonly reach: readonly DualAddress[];
  /** The instances that each requirement may reach by themselves, in their order, ready or not; null: none. */
  readonly each: readonly (readonly Reached[] | null)[];
  /** As what it goes out to the internet; null: it may not. */
  readonly internet: DualAddress | null;
  /** Of each requirement, in their order: whether its provider has addresses of IPv6 alone. */
  readonly only6: readonly boolean[];
  /** Of each offer, in their order: the instances that take new connections. */
  readonly endpoints: readonly (readonly Endpoint[])[];
}

const nowhere: DualAddress = { v4: null, v6: "::" };

const lengths = (lists: readonly (readonly unknown[] | null)[]): number =>
  lists.reduce((total, list) => total + (list?.length ?? 0), 0);

/** Looks up the addresses of both sides of each wire. */
export const policy: Pass<
  "policy",
  Member,
  { readonly wiring: Wiring; readonly addresses: Addresses },
  Policy,
  number
> = {
  name: "policy",
  reads: ["wiring", "addresses"],
  algebra: (_, { wiring }, read) => {
    const servicesOf = (member: string) => read.attribute(member, "addresses", "services");
    const instancesOf = (member: string) => read.attribute(member, "addresses", "instances");
    const outsideOf = (member: string) => read.attribute(member, "addresses", "outside") ?? null;
    const endpointsOf = ({ automaton, port, number }: Answering): Endpoint[] => {
      const outside = outsideOf(automaton)?.find((one) => one.port === port);
      if (outside !== undefined)
        return outside.places.map((address, i) => ({
          instance: outsideKey(automaton, i),
          address,
          number,
          ...(outside.host === null ? {} : { host: outside.host }),
        }));
      const unready = read.cell(unreadyCell(automaton));
      const earlier = read.cell(listensCell(automaton));
      const all = (instancesOf(automaton) ?? []).map((address, index) => ({
        instance: instanceKey(automaton, index),
        address,
        number: earlier?.[index]?.[port] ?? number,
      }));
      return unready === undefined ? all : all.filter((_, index) => !unready.has(index));
    };
    // What is not ready yet is reached too: members of a cluster get ready by finding each other.
    const reachedOf = ({ automaton, port, number, last }: Answering): Reached[] => {
      const earlier = read.cell(listensCell(automaton));
      return (instancesOf(automaton) ?? []).map((address, index) => ({
        address,
        number: earlier?.[index]?.[port] ?? number,
        ...(last === undefined ? {} : { last }),
      }));
    };
    const addressOf = (owner: string, service: string): DualAddress =>
      servicesOf(owner)?.find((one) => one.service === service)?.address ?? nowhere;
    const internet =
      wiring.internet === null ? null : addressOf(wiring.internet.owner, wiring.internet.service);
    return {
      internet,
      each: wiring.requirements.map(({ each }) => each?.flatMap(reachedOf) ?? null),
      reach: wiring.requirements.map(({ owner, service }) => addressOf(owner, service)),
      only6: wiring.requirements.map(({ owner, service }) => {
        const places = outsideOf(owner)?.find(({ port }) => service === `${owner}.${port}`)?.places ?? [];
        return places.length > 0 && places.every(({ v4 }) => v4 === null);
      }),
      endpoints: wiring.offers.map(({ providers }) =>
        providers.length === 1 ? endpointsOf(providers[0]!) : providers.flatMap(endpointsOf),
      ),
    };
  },
  equal: sameJson,
  summary: { ...sum, of: ({ endpoints, each }) => lengths(endpoints) + lengths(each) },
  // As many as there may be members, wires and publications.
  budget: {
    most: (cell) => 4 * limitsOf(cell).size,
    exceeded: (most) => `the services of this system have more than ${most.toLocaleString("en")} endpoints`,
  },
};
