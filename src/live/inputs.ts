/**
 * Inputs that were set while a system ran, noted beside it: whoever takes the system
 * over goes on with them. The note goes with the system.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { ownDirectory, type SystemState } from "../../runtime/process/state.ts";
import { hasErrors } from "../core/diagnostic.ts";
import type { Program } from "../program/program.ts";
import { settingOf } from "../program/setting.ts";

const note = t.readonly(t.record(t.string, t.string));

type Inputs = t.TypeOf<typeof note>;

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

const writeInputs = (state: SystemState, inputs: Inputs): void => {
  ownDirectory(state.root);
  ownDirectory(state.directory);
  const draft = `${fileOf(state)}.new`;
  writeFileSync(draft, JSON.stringify(inputs), { mode: 0o600 });
  renameSync(draft, fileOf(state));
};

/** The note of one system: what is set is noted, and set again by whoever takes over. */
export class NotedInputs {
  readonly #state: SystemState;
  #inputs: Inputs = {};

  constructor(state: SystemState) {
    this.#state = state;
  }

  /** Sets what is noted in a program that was not given it otherwise; what does not fit any more is forgotten. */
  restore(program: Program): void {
    for (const [name, text] of Object.entries(readInputs(this.#state))) {
      const setting = settingOf(program, name, text);
      if (setting._tag !== "Input" || program.workspace.cells.input(name).value !== undefined) continue;
      if (!hasErrors(program.setInput(name, setting.value).diagnostics))
        this.#inputs = { ...this.#inputs, [name]: text };
    }
  }

  /** Notes what an input was set to, in the language's notation. */
  note(name: string, text: string): void {
    this.#inputs = { ...this.#inputs, [name]: text };
    writeInputs(this.#state, this.#inputs);
  }

  /** Writes the note that somebody took away. */
  writeAgain(): void {
    if (Object.keys(this.#inputs).length > 0) writeInputs(this.#state, this.#inputs);
  }
}
