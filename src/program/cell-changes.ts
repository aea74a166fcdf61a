/** Cells that are set and set back, each noted as a cause for the passes that read it. */
import { type Cause, set, written } from "../core/cause.ts";
import { type CellKey, inputCell, readAs } from "../core/cell-key.ts";
import type { Cell } from "../core/node.ts";
import type { Value } from "../language/value.ts";
import type { FileRead } from "../language/world.ts";
import type { Setting } from "./setting.ts";
import type { Workspace } from "./workspace.ts";

/** A cell that passes read, and what it is set to. */
export type Observed = readonly [CellKey, unknown];

/** Sets a cell back. */
export type Undo = () => void;

/** Changes of a program's cells. */
export class CellChanges {
  readonly #workspace: Workspace;
  /** Cells that changed since the last commit, with why. */
  readonly #causes: Map<string, Cause>;

  constructor(workspace: Workspace, causes: Map<string, Cause>) {
    this.#workspace = workspace;
    this.#causes = causes;
  }

  /** Sets what a setting says. */
  assign(setting: Exclude<Setting, { readonly _tag: "Refused" }>): Undo {
    return setting._tag === "Input"
      ? this.input(setting.name, setting.value)
      : this.#observed(setting.cell, setting.value);
  }

  /** Sets the cell of an input. */
  input(name: string, value: Value | undefined): Undo {
    const { cells, graph } = this.#workspace;
    const cell = cells.input(name);
    const before = cell.value;
    graph.set(cell, value);
    const key = inputCell(name);
    this.#note(key, before ?? cells.exampleOf(name), value ?? cells.exampleOf(name));
    return () => {
      graph.set(cell, before);
      this.#note(key, value, before);
    };
  }

  /** Gives files that are read other texts; null where nothing changes. Of files that nothing reads it takes no note. */
  files(texts: Iterable<readonly [file: string, text: string]>): Undo | null {
    const { readFiles, graph } = this.#workspace;
    const before = new Map<Cell<FileRead>, FileRead>();
    for (const [file, text] of texts)
      for (const [key, cell] of readFiles.named(file)) {
        if (cell.value.text === text) continue;
        before.set(cell, before.get(cell) ?? cell.value);
        graph.set(cell, { file, text, reason: null });
        this.#causes.set(key, written(`file ${file}`, "edited", null));
      }
    if (before.size === 0) return null;
    return () => {
      for (const [cell, value] of before) graph.set(cell, value);
    };
  }

  /** Sets a cell that passes read. */
  #observed(name: CellKey, value: unknown): Undo {
    const before = this.#workspace.cells.get(name);
    if (this.#workspace.put(name, value)) this.#note(readAs(name), before, value, name);
    return () => void this.#workspace.put(name, before);
  }

  /**
   * Sets several cells that passes read. Setting a cell and setting it back within one batch
   * counts as no change; null where nothing changes.
   */
  observeAll(values: Iterable<Observed>): Undo | null {
    const workspace = this.#workspace;
    const before = new Map<CellKey, unknown>();
    for (const [name, value] of values) {
      const old = workspace.cells.get(name);
      if (workspace.put(name, value) && !before.has(name)) before.set(name, old);
    }
    for (const [name, old] of before) {
      const value = workspace.cells.get(name);
      if (Object.is(old, value)) before.delete(name);
      else this.#note(readAs(name), old, value, name);
    }
    if (before.size === 0) return null;
    return () => {
      for (const [name, value] of before) workspace.put(name, value);
    };
  }

  /** Notes a cell for the passes that read it; `what` of it was set, where it holds more. */
  #note(cell: string, before: unknown, after: unknown, what = cell): void {
    this.#causes.set(cell, set(what, before, after));
  }
}
