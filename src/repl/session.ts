/** What the REPL works on: a program that grows by what is entered. The last good one stays. */

import { Document } from "../../grammar/document.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import type { Operation } from "../core/operation.ts";
import { Terms } from "../core/term.ts";
import type { Value } from "../language/value.ts";
import type { Program, Update } from "../program/program.ts";

export interface Took {
  readonly diagnostics: readonly Diagnostic[];
  readonly operations: readonly Operation[];
  /** Names that were entered, with their values. */
  readonly entered: readonly (readonly [string, Value])[];
  /** Other names that came out different. */
  readonly changed: readonly (readonly [string, Value])[];
  readonly milliseconds: number;
}

export class Session {
  program: Program;
  /** As the program has it. */
  text: string;
  /** As last tried, with what was refused: for showing what was wrong. */
  tried: string;

  constructor(program: Program, text: string) {
    this.program = program;
    this.text = text;
    this.tried = text;
  }

  /** Takes declarations into the program: in place of those of the same name, or behind all. */
  declare(entry: string): Took {
    const names = new Set<string>();
    const text = this.#with(entry, names);
    this.tried = text;
    return this.#take(() => this.program.update(text), names, text);
  }

  #with(entry: string, names: Set<string>): string {
    let document = Document.parse(this.text, new Terms());
    const behind: string[] = [];
    const entered = Document.parse(entry, new Terms());
    let at = 0;
    for (const declaration of entered.declarations) {
      const own = entry.slice(at, at + declaration.length);
      at += declaration.length;
      for (const name of declaration.names) names.add(name);
      const place = declaration.names.length > 0 ? placeOf(document, new Set(declaration.names)) : null;
      if (place === null) behind.push(own.trimEnd());
      else document = document.edit(place.start, place.end, own.trim()).document;
    }
    const base = document.text;
    return `${base}${base === "" || base.endsWith("\n") ? "" : "\n"}${behind.map((each) => `${each}\n`).join("")}`;
  }

  /** Runs a change of the program, and compares all values with what they were. */
  #take(change: () => Update, names: ReadonlySet<string>, text: string): Took {
    const before = new Map(this.values());
    const begun = performance.now();
    const { diagnostics, operations } = change();
    const milliseconds = performance.now() - begun;
    if (diagnostics.length > 0)
      return { diagnostics, operations: [], entered: [], changed: [], milliseconds };
    this.text = text;
    const entered: [string, Value][] = [];
    const changed: [string, Value][] = [];
    for (const [name, value] of this.values()) {
      if (names.has(name)) entered.push([name, value]);
      else if (before.get(name) !== value) changed.push([name, value]);
    }
    return { diagnostics, operations, entered, changed, milliseconds };
  }

  /** The same for a cell. */
  set(change: () => Update): Took {
    return this.#take(change, new Set(), this.text);
  }

  *values(): Generator<readonly [string, Value]> {
    const { workspace, file } = this.program;
    for (const [name, { declared }] of workspace.modules.get(file)?.bindings ?? []) {
      const first = declared[0];
      if (first !== undefined) yield [name, workspace.valueOf(first)];
    }
  }
}

/** Where a declaration of these very names stands, without the white space and comments behind it. */
const placeOf = (
  document: Document,
  names: ReadonlySet<string>,
): { readonly start: number; readonly end: number } | null => {
  let start = 0;
  for (const declaration of document.declarations) {
    const same =
      declaration.names.length === names.size && declaration.names.every((name) => names.has(name));
    const length = declaration.term === null ? declaration.length : declaration.spans[1]!;
    if (same) return { start, end: start + length };
    start += declaration.length;
  }
  return null;
};
