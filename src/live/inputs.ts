/**
 * Inputs that were set while a system ran, noted beside it: whoever takes the system
 * over goes on with them. The note goes with the system.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { ownDirectory, type SystemState } from "../../runtime/process/state.ts";

const note = t.readonly(t.record(t.string, t.string));

export type Inputs = t.TypeOf<typeof note>;

const fileOf = (state: SystemState): string => `${state.directory}/inputs`;

/** What was set, by name, in the language's notation. Without a note, or with a broken one: nothing. */
export const readInputs = (state: SystemState): Inputs => {
  try {
    const decoded = note.decode(JSON.parse(readFileSync(fileOf(state), "utf8")));
    return isLeft(decoded) ? {} : decoded.right;
  } catch {
    return {};
  }
};

export const writeInputs = (state: SystemState, inputs: Inputs): void => {
  ownDirectory(state.root);
  ownDirectory(state.directory);
  const draft = `${fileOf(state)}.new`;
  writeFileSync(draft, JSON.stringify(inputs), { mode: 0o600 });
  renameSync(draft, fileOf(state));
};
