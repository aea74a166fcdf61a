/** Values of a kind that does not fit where they stand. */
import type { ProblemHint, Site } from "../problem.ts";
import { misfitCode, misfitHints } from "../secret.ts";
import type { Value } from "../value.ts";
import type { Machine } from "./machine.ts";

/** Reports a value of a wrong kind; a secret, that it would get out there. */
export const reportMisfit = (
  value: Value,
  message: string,
  site: Site,
  machine: Machine,
  hints: readonly ProblemHint[] = [],
): Value => machine.report(misfitCode(value), message, site, misfitHints(value, hints));
