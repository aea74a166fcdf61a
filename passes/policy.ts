/** Who may talk to whom, and who answers: one element a wire, whatever the instance counts. */

import { sameJson } from "../src/core/json.ts";
import type { Pass } from "../src/core/pass.ts";
import type { DualAddress } from "../src/core/resource.ts";
import { type Endpoint, instanceKey } from "../src/core/resource.ts";
import type { Member } from "../src/language/member.ts";
import type { Addresses } from "./addresses.ts";
import { sum } from "./summary.ts";
import type { Offer, Wiring } from "./wiring.ts";

export interface Policy {
  /** The virtual address that each requirement may reach, in their order. */
  readonly reach: readonly DualAddress[];
  /** Of each offer, in their order: the instances that take new connections. */
  readonly endpoints: readonly (readonly Endpoint[])[];
}

const nowhere: DualAddress = { v4: null, v6: "::" };

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
    const servicesOf = (member: string) =>
      read.attribute(member, "addresses", "services") as Addresses["services"] | undefined;
    const instancesOf = (member: string) =>
      read.attribute(member, "addresses", "instances") as Addresses["instances"] | undefined;
    const endpointsOf = ({ automaton, number }: Offer["providers"][number]): Endpoint[] => {
      const unready = read.cell(`unready ${automaton}`) as ReadonlySet<number> | undefined;
      const all = (instancesOf(automaton) ?? []).map((address, index) => ({
        instance: instanceKey(automaton, index),
        address,
        number,
      }));
      return unready === undefined ? all : all.filter((_, index) => !unready.has(index));
    };
    return {
      reach: wiring.requirements.map(
        ({ owner, service }) => servicesOf(owner)?.find((one) => one.service === service)?.address ?? nowhere,
      ),
      endpoints: wiring.offers.map(({ providers }) =>
        providers.length === 1 ? endpointsOf(providers[0]!) : providers.flatMap(endpointsOf),
      ),
    };
  },
  equal: sameJson,
  summary: { ...sum, of: ({ reach }) => reach.length },
};
