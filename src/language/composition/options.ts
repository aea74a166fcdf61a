/** What could have been written for a port's name. */
import { candidatesIn, firstNames } from "../../core/nearest.ts";
import { meant } from "../meant.ts";
import type { ProblemHint } from "../problem.ts";

/** So many names are told. */
const most = 8;

/** The nearest name, with the fix, or else all that there are. */
export const options = (wanted: string, ...names: readonly ReadonlySet<string>[]): readonly ProblemHint[] => {
  const near = meant(wanted, ...names.map(candidatesIn));
  if (near.length > 0) return near;
  const shown = new Set<string>();
  for (const name of names.flatMap((some) => firstNames(some, most + 1))) shown.add(name);
  const told = [...shown].slice(0, most).map((name) => `\`${name}\``);
  return told.length === 0
    ? []
    : [{ message: `there is ${told.join(", ")}${shown.size > most ? " and more" : ""}` }];
};

/** The same where the place is more than the name, so that there is no exact fix. */
export const optionsNearby = (wanted: string, names: ReadonlySet<string>): readonly ProblemHint[] =>
  options(wanted, names).map(({ message }) => ({ message }));
