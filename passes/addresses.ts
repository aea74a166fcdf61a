/**
 * The addresses of instances and services. IPv6 comes from identity by pure hashing;
 * IPv4 is probed in its small space and may be missing where that is full.
 */

import { sameJson } from "../src/core/json.ts";
import type { Pass, Reader } from "../src/core/pass.ts";
import type { DualAddress } from "../src/core/resource.ts";
import type { Member } from "../src/language/member.ts";
import { concrete4, concrete6, virtual4, virtual6 } from "./identity.ts";
import type { Instances } from "./instances.ts";
import type { Names } from "./names.ts";
import { sum } from "./summary.ts";
import type { Wiring } from "./wiring.ts";

export interface Addresses {
  /** By index. */
  readonly instances: readonly DualAddress[];
  /** In the order of the offers. */
  readonly services: readonly { readonly service: string; readonly address: DualAddress }[];
}

const address = (
  read: Reader,
  space: "concrete4" | "virtual4",
  identity: string,
  v4: (slot: number) => string,
  v6: string,
): DualAddress => {
  const slot = read.slot(space, identity);
  return { v4: slot === null ? null : v4(slot), v6 };
};

export const addresses: Pass<
  "addresses",
  Member,
  { readonly names: Names; readonly wiring: Wiring; readonly instances: Instances },
  Addresses,
  number
> = {
  name: "addresses",
  reads: ["names", "wiring", "instances"],
  algebra: ({ key }, { names: { system }, wiring, instances }, read) => ({
    instances: Array.from({ length: instances.count }, (_, index) =>
      address(read, "concrete4", `${system}/${key}/${index}`, concrete4, concrete6(system, key, index)),
    ),
    services: wiring.offers.map(({ service }) => ({
      service,
      address: address(read, "virtual4", `${system}/${service}`, virtual4, virtual6(system, service)),
    })),
  }),
  equal: sameJson,
  summary: { ...sum, of: ({ instances, services }) => instances.length + services.length },
};
