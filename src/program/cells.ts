/**
 * The inputs of a program: what is set from outside, and what is observed of the world.
 * Definitions read inputs through cells; passes read all of them by name.
 */
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
export const observedOfHost = ["cpus", "memory"] as const;

const same = (a: Value | undefined, b: Value | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && equal(a, b) === true);

/** The cell in which passes read what is set under a name. */
export const cellOf = (name: string): string =>
  name.startsWith("ready ") ? `un${name.slice(0, name.lastIndexOf("/"))}` : name;

export class Cells {
  readonly #inputs = new Map<string, Cell<Value | undefined>>();
  /** One default of each input that was asked for: what kind of value it takes. */
  readonly #defaults = new Map<string, Value>();
  readonly #sweeping = new Sweeping(256);
  readonly #host = new Map<string, Cell<number>>();
  /** Everything that only passes read. */
  readonly #others = new Map<string, unknown>();

  /** How many inputs there are: asked for, set, or not forgotten yet. */
  get size(): number {
    return this.#inputs.size;
  }

  input(name: string): Cell<Value | undefined> {
    let cell = this.#inputs.get(name);
    if (cell === undefined) {
      cell = labelled(new Cell<Value | undefined>(undefined, same), `input ${name}`);
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

  /** What those who read a cell take it for that was never set, by its name among passes. */
  unsetOf(name: string): unknown {
    if (name.startsWith("input ")) return this.exampleOf(name.slice(6));
    return name.startsWith("observed ") ? 0 : undefined;
  }

  /** Those that the program asks for. */
  *inputs(): Iterable<string> {
    for (const name of this.#defaults.keys()) if (this.#isAskedFor(name)) yield name;
  }

  host(name: string): Cell<number> {
    let cell = this.#host.get(name);
    if (cell === undefined) {
      cell = labelled(new Cell(name === "cpus" ? 1 : 2 ** 30), `observed host.${name}`);
      this.#host.set(name, cell);
    }
    return cell;
  }

  /** The cell of the host that goes by this name among passes; null of any other name. */
  hostNamed(name: string): Cell<number> | null {
    return name.startsWith("observed host.") ? this.host(name.slice(14)) : null;
  }

  /** As passes know it: `input n`, `observed a.connections`, `ready a/0`, … */
  get(name: string): unknown {
    if (name.startsWith("ready ")) {
      const unready = this.#others.get(cellOf(name)) as ReadonlySet<number> | undefined;
      return !unready?.has(Number(name.slice(name.lastIndexOf("/") + 1)));
    }
    if (name.startsWith("input ")) return this.input(name.slice(6)).value;
    const host = this.hostNamed(name);
    return host === null ? this.#others.get(name) : host.value;
  }

  /** Sets what only passes read; whether it changed. */
  put(name: string, value: unknown): boolean {
    if (name.startsWith("ready ")) return this.#putReady(name, value !== false);
    if (Object.is(this.#others.get(name), value)) return false;
    if (value === undefined) this.#others.delete(name);
    else this.#others.set(name, value);
    return true;
  }

  /** `ready a/0` is kept as one cell an automaton: the set of those that are not. */
  #putReady(name: string, ready: boolean): boolean {
    const slash = name.lastIndexOf("/");
    const [cell, index] = [cellOf(name), Number(name.slice(slash + 1))];
    const before = this.#others.get(cell) as ReadonlySet<number> | undefined;
    if (ready !== (before?.has(index) ?? false)) return false;
    const after = new Set(before);
    if (ready) after.delete(index);
    else after.add(index);
    if (after.size === 0) this.#others.delete(cell);
    else this.#others.set(cell, after);
    return true;
  }
}
