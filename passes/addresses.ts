/**
 * The addresses of instances and services. IPv6 comes from identity by pure hashing;
 * IPv4 is probed in its small space and may be missing where that is full.
 */

import { sameJson } from "../src/core/json.ts";
import type { Pass, Reader } from "../src/core/pass.ts";
import type { DualAddress } from "../src/core/resource.ts";
import type { Member } from "../src/language/member.ts";
import { isExternal } from "../src/language/value.ts";
import { concrete4, concrete6, virtual4, virtual6 } from "./identity.ts";
import type { Instances } from "./instances.ts";
import type { Names } from "./names.ts";
import { type Outside, placesOf } from "./outside.ts";
import { sum } from "./summary.ts";
import type { Wiring } from "./wiring.ts";

/** The addresses of a member's instances and services. */
export interface Addresses {
  /** By index. */
  readonly instances: readonly DualAddress[];
  /** In the order of the offers. */
  readonly services: readonly { readonly service: string; readonly address: DualAddress }[];
  /** Of an external automaton where each of its ports is; of others null. */
  readonly outside: readonly Outside[] | null;
}

/** Who asks for an IPv4 address: an instance, and a service. */
export const instanceIdentity = (system: string, automaton: string, index: number): string =>
  [system, automaton, index].join("/");
/** The key under which a service asks for its IPv4 address. */
export const serviceIdentity = (system: string, service: string): string => [system, service].join("/");

const instancesOf = (system: string, key: string, count: number, read: Reader): DualAddress[] => {
  const all = new Array<DualAddress>(count);
  const v6 = concrete6(system, key);
  for (let index = 0; index < count; index++) {
    const slot = read.slot("concrete4", instanceIdentity(system, key, index));
    all[index] = { v4: slot === null ? null : concrete4(slot), v6: v6(index) };
  }
  return all;
};

const virtualOf = (system: string, service: string, read: Reader): DualAddress => {
  const slot = read.slot("virtual4", serviceIdentity(system, service));
  return { v4: slot === null ? null : virtual4(slot), v6: virtual6(system, service) };
};

const outsideOf = (member: Member, read: Reader): readonly Outside[] | null =>
  member._tag === "Union" || !isExternal(member.automaton) ? null : placesOf(member.automaton, read);

/** Gives each instance and each service its addresses. */
export const addresses: Pass<
  "addresses",
  Member,
  { readonly names: Names; readonly wiring: Wiring; readonly instances: Instances },
  Addresses,
  number
> = {
  name: "addresses",
  reads: ["names", "wiring", "instances"],
  algebra: (member, { names: { system }, wiring, instances }, read) => ({
    instances: instancesOf(system, member.key, instances.count, read),
    services: wiring.offers.map(({ service }) => ({ service, address: virtualOf(system, service, read) })),
    outside: outsideOf(member, read),
  }),
  equal: sameJson,
  summary: { ...sum, of: ({ instances, services }) => instances.length + services.length },
};
