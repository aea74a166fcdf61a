/** What can be observed: the fields of `self` and `host`. */

import { meant } from "../meant.ts";
import { fromDouble } from "../number/rational.ts";
import type { Site } from "../problem.ts";
import type { Dimension, Quantity } from "../quantity.ts";
import { number, type Value } from "../value.ts";
import type { Machine } from "./machine.ts";

/** Cells of an automaton, with the dimension of what they hold. */
export const selfCells: ReadonlyMap<string, Dimension> = new Map([
  ["connections", "plain"],
  ["connectionRate", "plain"],
  ["bytesPerSecond", "plain"],
  ["cpu", "plain"],
  ["ready", "plain"],
]);

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
  cells: ReadonlyMap<string, Dimension>,
  site: Site,
  machine: Machine,
): Value => {
  const hints = meant(name, cells.keys());
  const all = [...cells.keys()].join(", ");
  return machine.report("unknown-field", `\`${of}\` has no \`${name}\`; it has ${all}`, site, hints);
};

export const selfField = (name: string, site: Site, machine: Machine): Value => {
  const dimension = selfCells.get(name);
  if (dimension === undefined) return unknownCell(name, "self", selfCells, site, machine);
  const { self } = machine;
  return number(observed(self._tag === "Trial" ? 0 : machine.world.observed(self.name, name), dimension));
};

export const hostField = (name: string, site: Site, machine: Machine): Value => {
  const dimension = hostCells.get(name);
  if (dimension === undefined) return unknownCell(name, "host", hostCells, site, machine);
  return number(observed(machine.world.observed(null, name), dimension));
};
