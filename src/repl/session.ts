/** What the REPL works on: a program that grows by what is entered. The last good one stays. */

import { type Diagnostic, errorsOf, hasErrors } from "../core/diagnostic.ts";
import type { Operation } from "../core/operation.ts";
import type { Value } from "../language/value.ts";
import type { Program } from "../program/program.ts";
import type { Update } from "../program/update.ts";
import { type Changed, changesSince, snapshot, valuesOf } from "./changes.ts";
import { Entry } from "./entry.ts";

export interface Took {
  /** What is wrong with it; nothing was changed then. */
  readonly diagnostics: readonly Diagnostic[];
  readonly operations: readonly Operation[];
  /** Names that were entered, with their values. */
  readonly entered: readonly (readonly [string, Value])[];
  /** Other names that came out different. */
  readonly changed: readonly Changed[];
  readonly milliseconds: number;
}

const refused = (diagnostics: readonly Diagnostic[], milliseconds: number): Took => {
  return { diagnostics, operations: [], entered: [], changed: [], milliseconds };
};

/** Where it stands may shift by an edit; what it says does not. */
const saying = ({ code, file, message }: Diagnostic): string => JSON.stringify([code, file, message]);

export class Session {
  program: Program;
  /** As the program has it. */
  text: string;
  /** What is wrong with that text: it was so from the start. */
  wrong: readonly Diagnostic[];
  /** As last tried, with what was refused: for showing what was wrong. */
  tried: string;
  /** The entry in that text, where declarations were entered last. */
  entry: Entry | null = null;
  /** Reads a program from the start. */
  readonly #open: (text: string) => Program;

  constructor(text: string, open: (text: string) => Program) {
    this.#open = open;
    this.program = open(text);
    this.wrong = this.program.diagnostics;
    this.text = text;
    this.tried = text;
  }

  get isBroken(): boolean {
    return hasErrors(this.wrong);
  }

  /** Takes declarations into the program: in place of those of the same name, or behind all. */
  declare(entry: string): Took {
    this.entry = Entry.into(this.text, entry);
    const { text, names } = this.entry;
    this.tried = text;
    return this.isBroken
      ? this.#replace(text, names)
      : this.#take(() => this.program.update(text), names, text);
  }

  /** Takes another text in place of the session's. */
  rewrite(text: string): Took {
    this.entry = null;
    this.tried = text;
    return this.#take(() => this.program.update(text), new Set(), text);
  }

  /** Changes a cell. */
  set(change: () => Update): Took {
    this.entry = null;
    return this.#take(change, new Set(), this.text);
  }

  #take(change: () => Update, names: ReadonlySet<string>, text: string): Took {
    const before = snapshot(this.program);
    const begun = performance.now();
    const { diagnostics, operations } = change();
    const milliseconds = performance.now() - begun;
    if (hasErrors(diagnostics)) return refused(diagnostics, milliseconds);
    this.text = text;
    return this.#took(before, names, operations, milliseconds);
  }

  /** A program that has errors anyway takes what adds none. It has to be read anew: it takes no updates. */
  #replace(text: string, names: ReadonlySet<string>): Took {
    const before = snapshot(this.program);
    const known = new Set(this.wrong.map(saying));
    const begun = performance.now();
    const program = this.#open(text);
    const milliseconds = performance.now() - begun;
    const added = errorsOf(program.diagnostics).filter((diagnostic) => !known.has(saying(diagnostic)));
    if (added.length > 0) return refused(added, milliseconds);
    this.program = program;
    this.wrong = program.diagnostics;
    this.text = text;
    return this.#took(before, names, [], milliseconds);
  }

  #took(
    before: ReturnType<typeof snapshot>,
    names: ReadonlySet<string>,
    operations: readonly Operation[],
    milliseconds: number,
  ): Took {
    const entered = [...valuesOf(this.program)].filter(([name]) => names.has(name));
    const changed = changesSince(before, this.program).filter(({ name }) => !names.has(name));
    return { diagnostics: [], operations, entered, changed, milliseconds };
  }
}
