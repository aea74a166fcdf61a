/** What can be observed: the fields of `self` and `host`. */

import { meant } from "../meant.ts";
import { fromDouble } from "../number/rational.ts";
import type { Site } from "../problem.ts";
import { type Dimension, plain, type Quantity } from "../quantity.ts";
import { number, type SelfOf, text, type Value } from "../value.ts";
import type { Machine } from "./machine.ts";

/** Cells of an automaton, with the dimension of what they hold. */
export const selfCells: ReadonlyMap<string, Dimension> = new Map([
  ["connections", "plain"],
  ["connectionRate", "plain"],
  ["bytesPerSecond", "plain"],
  ["cpu", "plain"],
  ["ready", "plain"],
]);

/** What is known of an automaton, and of an instance, without being observed. */
export const selfFields: readonly string[] = ["index", "name"];

/** Cells of the machine that the system runs on. */
export const hostCells: ReadonlyMap<string, Dimension> = new Map([
  ["cpus", "plain"],
  ["memory", "size"],
]);

/** What was observed is a number of doubles' precision; nonsense counts as nothing. */
const observed = (value: number, dimension: Dimension): Quantity => ({
  dimension,
  ...fromDouble(Number.isFinite(value) ? value : 0),
});

const unknownCell = (
  name: string,
  of: string,
  fields: readonly string[],
  site: Site,
  machine: Machine,
): Value => {
  const hints = meant(name, fields);
  const all = fields.join(", ");
  return machine.report("unknown-field", `\`${of}\` has no \`${name}\`; it has ${all}`, site, hints);
};

const indexOf = (self: SelfOf, site: Site, machine: Machine): Value => {
  const index = self.index();
  if (index !== null) return number(plain(index));
  const message = "`instances` speaks of all instances together: none of them is `self.index`";
  return machine.report("unknown-field", message, site);
};

export const selfField = (self: SelfOf, name: string, site: Site, machine: Machine): Value => {
  if (name === "name") return text(self.name);
  if (name === "index") return indexOf(self, site, machine);
  const dimension = selfCells.get(name);
  if (dimension === undefined)
    return unknownCell(name, "self", [...selfCells.keys(), ...selfFields], site, machine);
  return number(observed(self.isTrial ? 0 : machine.world.observed(self.name, name), dimension));
};

export const hostField = (name: string, site: Site, machine: Machine): Value => {
  const dimension = hostCells.get(name);
  if (dimension === undefined) return unknownCell(name, "host", [...hostCells.keys()], site, machine);
  return number(observed(machine.world.observed(null, name), dimension));
};
