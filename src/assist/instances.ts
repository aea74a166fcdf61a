/** How many instances an automaton has by its equation, as far as that is known without the world. */

import { counted } from "../core/tally.ts";
import type { AutomatonValue } from "../language/value.ts";
import { askCount } from "../program/ask.ts";
import type { Workspace } from "../program/workspace.ts";

export interface Instances {
  readonly count: number;
  /** Whether it follows what is observed, so that the count is that of the start. */
  readonly follows: boolean;
  readonly text: string;
}

/** Null where the equation fails. */
export const instancesOf = (
  workspace: Workspace,
  file: string,
  automaton: AutomatonValue,
): Instances | null => {
  const { instances } = automaton;
  if (instances === null) return { count: 1, follows: false, text: "1 instance" };
  if (instances._tag === "Known") {
    const count = instances.value;
    return { count, follows: false, text: counted(count, "instance") };
  }
  const count = askCount({ workspace, file }, automaton);
  return count === null
    ? null
    : { count, follows: true, text: `${count} at rest, following what is observed` };
};
