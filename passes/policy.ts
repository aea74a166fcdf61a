/** Who may talk to whom, and who answers: one element a wire, whatever the instance counts. */

import { sameJson } from "../src/core/json.ts";
import type { Pass } from "../src/core/pass.ts";
import type { DualAddress } from "../src/core/resource.ts";
import { type Endpoint, instanceKey } from "../src/core/resource.ts";
import type { Member } from "../src/language/member.ts";
import type { Addresses } from "./addresses.ts";
import { sum } from "./summary.ts";
import type { Wiring } from "./wiring.ts";

export interface Policy {
  /** The virtual address that each requirement may reach. */
  readonly reach: Readonly<Record<string, DualAddress>>;
  /** By service id: the instances that take new connections. */
  readonly endpoints: Readonly<Record<string, readonly Endpoint[]>>;
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
    return {
      reach: Object.fromEntries(
        wiring.requirements.map(({ requirement, owner, service }) => [
          requirement,
          servicesOf(owner)?.[service] ?? nowhere,
        ]),
      ),
      endpoints: Object.fromEntries(
        wiring.offers.map(({ service, providers }) => [
          service,
          providers.flatMap(({ automaton, number }) =>
            (instancesOf(automaton) ?? []).flatMap((address, index) =>
              (read.cell(`unready ${automaton}`) as ReadonlySet<number> | undefined)?.has(index)
                ? []
                : [{ instance: instanceKey(automaton, index), address, number }],
            ),
          ),
        ]),
      ),
    };
  },
  equal: sameJson,
  summary: { ...sum, of: ({ reach }) => Object.keys(reach).length },
};
