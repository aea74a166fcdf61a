/** What things are called in the world: host names, namespaces, links, the origin. */

import { systemCell } from "../src/core/cell-key.ts";
import { sameJson } from "../src/core/json.ts";
import type { Pass } from "../src/core/pass.ts";
import { hostName } from "../src/language/host-name.ts";
import type { Member } from "../src/language/member.ts";
import { sum } from "./summary.ts";

/** The names of a member. */
export interface Names {
  readonly system: string;
  /** The automaton as a host name. */
  readonly host: string;
  /** The automaton as policy sees it, in 31 bits; null of a union. */
  readonly origin: number | null;
}

/** Gives each member its names. */
export const names: Pass<"names", Member, object, Names, number> = {
  name: "names",
  reads: [],
  algebra: (member, _, read) => ({
    system: read.cell(systemCell)!,
    host: hostName(member.key),
    origin: member._tag === "Union" ? null : read.slot("origin", member.key),
  }),
  equal: sameJson,
  summary: { ...sum, of: () => 1 },
};

/** Policy marks packets with it: 0 is no automaton, and the top bit is taken. */
export const originSpace = { size: 0x7fffffff, forbidden: (slot: number): boolean => slot === 0 };
