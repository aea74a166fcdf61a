/**
 * The inputs of a program: what is set from outside, and what is observed of the world.
 * Definitions read inputs through cells; passes read all of them by key.
 */
import { type CellKey, hostCell, inputCell, parseCell, unreadyCell } from "../core/cell-key.ts";
import { Cell, labelled } from "../core/node.ts";
import { Sweeping } from "../core/sweeping.ts";
import { equal } from "../language/equality.ts";
import type { Value } from "../language/value.ts";

/** What `self` knows of an automaton; language.md, section 4. */
export const observedOfAutomaton = [
  "connections",
  "connectionRate",
  "bytesPerSecond",
  "cpu",
  "ready",
] as const;
/** What `host` knows of the machine. */
export const observedOfHost = ["cpus", "memory"] as const;

const same = (a: Value | undefined, b: Value | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && equal(a, b) === true);

/** All cells of a program, by name. */
export class Cells {
  readonly #inputs = new Map<string, Cell<Value | undefined>>();
  /** One default of each input that was asked for: what kind of value it takes. */
  readonly #defaults = new Map<string, Value>();
  readonly #sweeping = new Sweeping(256);
  readonly #host = new Map<string, Cell<number>>();
  /** Everything that only passes read. */
  readonly #others = new Map<CellKey, unknown>();

  /** How many inputs there are: asked for, set, or not forgotten yet. */
  get size(): number {
    return this.#inputs.size;
  }

  input(name: string): Cell<Value | undefined> {
    let cell = this.#inputs.get(name);
    if (cell === undefined) {
      cell = labelled(new Cell<Value | undefined>(undefined, same), inputCell(name));
      this.#inputs.set(name, cell);
    }
    return cell;
  }

  /** Of an input that is about to be read. */
  noteDefault(name: string, value: Value): void {
    this.#defaults.set(name, value);
    if (this.#sweeping.isDue(this.#inputs.size)) this.#sweep();
  }

  /** Forgets the inputs that no text asks for, but for those that are set. */
  #sweep(): void {
    for (const [name, cell] of this.#inputs) {
      if (cell.observed || cell.value !== undefined) continue;
      this.#inputs.delete(name);
      this.#defaults.delete(name);
    }
    this.#sweeping.done(this.#inputs.size);
  }

  #isAskedFor(name: string): boolean {
    return this.#inputs.get(name)?.observed === true;
  }

  /** A value like those that the input takes; undefined where nothing asks for it. */
  exampleOf(name: string): Value | undefined {
    return this.#isAskedFor(name) ? this.#defaults.get(name) : undefined;
  }

  /** The values that readers see when a cell was never set. */
  unsetOf(key: CellKey): unknown {
    const cell = parseCell(key);
    if (cell._tag === "Input") return this.exampleOf(cell.name);
    return cell._tag === "Observed" ? 0 : undefined;
  }

  /** Those that the program asks for. */
  *inputs(): Iterable<string> {
    for (const name of this.#defaults.keys()) if (this.#isAskedFor(name)) yield name;
  }

  /** The secrets that have a value. */
  *secrets(): Iterable<string> {
    for (const key of this.#others.keys()) {
      const cell = parseCell(key);
      if (cell._tag === "Secret") yield cell.name;
    }
  }

  host(name: string): Cell<number> {
    let cell = this.#host.get(name);
    if (cell === undefined) {
      cell = labelled(new Cell(name === "cpus" ? 1 : 2 ** 30), hostCell(name));
      this.#host.set(name, cell);
    }
    return cell;
  }

  /** The cell of the host that has this key; null where it is another's. */
  hostNamed(key: CellKey): Cell<number> | null {
    const cell = parseCell(key);
    return cell._tag === "Observed" && cell.automaton === null ? this.host(cell.cell) : null;
  }

  /** What a cell holds; undefined where it was never set. */
  get<T>(key: CellKey<T>): T | undefined {
    return this.#get(key) as T | undefined;
  }

  #get(key: CellKey): unknown {
    const cell = parseCell(key);
    switch (cell._tag) {
      case "Ready":
        return !this.get(unreadyCell(cell.automaton))?.has(cell.index);
      case "Input":
        return this.input(cell.name).value;
      case "Observed":
        return cell.automaton === null ? this.host(cell.cell).value : this.#others.get(key);
      case "File":
        return undefined; // the workspace's
      case "Held":
      case "Secret":
      case "Restarted":
      case "Scheduled":
      case "Unready":
      case "Listens":
      case "Resolved":
      case "Fixed":
        return this.#others.get(key);
    }
  }

  /** Sets what only passes read; whether it changed. */
  put(key: CellKey, value: unknown): boolean {
    const cell = parseCell(key);
    if (cell._tag === "Ready") return this.#putReady(cell.automaton, cell.index, value !== false);
    if (Object.is(this.#others.get(key), value)) return false;
    if (value === undefined) this.#others.delete(key);
    else this.#others.set(key, value);
    return true;
  }

  /** `ready a/0` is kept as one cell an automaton: the set of those that are not. */
  #putReady(automaton: string, index: number, ready: boolean): boolean {
    const key = unreadyCell(automaton);
    const before = this.get(key);
    if (ready !== (before?.has(index) ?? false)) return false;
    const after = new Set(before);
    if (ready) after.delete(index);
    else after.add(index);
    if (after.size === 0) this.#others.delete(key);
    else this.#others.set(key, after);
    return true;
  }
}
