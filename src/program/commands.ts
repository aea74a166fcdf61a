/** Whether the programs are there that commands name: asked once each, until somebody has it looked at again. */
import type { Graph } from "../core/incremental.ts";
import { Cell, labelled, type Source } from "../core/node.ts";
import type { SharedFiles } from "../core/resource.ts";
import { Sweeping } from "../core/sweeping.ts";

/** Where a command runs. */
export interface CommandPlace {
  readonly directory: string;
  /** The variable PATH where the automaton sets it; null: as it is where the system is started. */
  readonly path: string | null;
  /** What of the machine is seen elsewhere there; without it, nothing. */
  readonly shares?: readonly SharedFiles[];
}

/**
 * Looks for the program of a command (the first word of `runs exec`) where it would run. Null
 * if it is there; else why it is not, in words: `no such command in PATH`.
 */
export type CheckCommand = (program: string, place: CommandPlace) => string | null;

interface Asked {
  readonly program: string;
  readonly place: CommandPlace;
  readonly cell: Cell<string | null>;
}

/** Remembers of each command whether it was there. */
export class Commands {
  readonly #check: CheckCommand | undefined;
  readonly #asked = new Map<string, Asked>();
  readonly #sweeping = new Sweeping(256);

  constructor(check: CheckCommand | undefined) {
    this.#check = check;
  }

  /** The cell that says why a program is not there; null where nobody can look. */
  cell(program: string, place: CommandPlace): Cell<string | null> | null {
    if (this.#check === undefined) return null;
    const key = JSON.stringify([program, place.directory, place.path, place.shares]);
    let asked = this.#asked.get(key);
    if (asked === undefined) {
      if (this.#sweeping.isDue(this.#asked.size)) this.#sweep();
      const cell = labelled(new Cell(this.#check(program, place)), `program ${program}`);
      asked = { program, place, cell };
      this.#asked.set(key, asked);
    }
    return asked.cell;
  }

  /** Looks again for all of them. */
  lookAgain(graph: Graph): void {
    for (const { program, place, cell } of this.#asked.values())
      graph.set(cell, this.#check!(program, place));
  }

  #sweep(): void {
    for (const [key, { cell }] of this.#asked) if (!(cell as Source).observed) this.#asked.delete(key);
    this.#sweeping.done(this.#asked.size);
  }
}
