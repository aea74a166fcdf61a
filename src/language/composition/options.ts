/** What could have been written for a port's name. */
import { meant } from "../meant.ts";
import type { ProblemHint } from "../problem.ts";

/** So many names are told. */
const most = 8;

/** The nearest name, with the fix, or else all that there are. */
export const options = (wanted: string, names: Iterable<string>): readonly ProblemHint[] => {
  const all = [...names];
  const near = meant(wanted, all);
  if (near.length > 0 || all.length === 0) return near;
  const shown = all.slice(0, most).map((name) => `\`${name}\``);
  return [{ message: `there is ${shown.join(", ")}${all.length > most ? " and more" : ""}` }];
};

/** The same where the place is more than the name, so that there is no exact fix. */
export const optionsNearby = (wanted: string, names: Iterable<string>): readonly ProblemHint[] =>
  options(wanted, names).map(({ message }) => ({ message }));
