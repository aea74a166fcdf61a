/** What a small program asks of the world, for tests of single passes. */
import { heldCell, readyCell } from "../../src/core/cell-key.ts";
import type { Resource, ResourceKind } from "../../src/core/resource.ts";
import { Program } from "../../src/program/program.ts";

export class Asked {
  readonly #program: Program;

  /** `text`: declarations and a system. */
  constructor(text: string) {
    this.#program = new Program({ file: "s.arch", text });
    this.#program.start();
    this.#isWell();
  }

  /** The resource with a key; an error where there is none. */
  get<K extends ResourceKind>(kind: K, rest: string): Extract<Resource, { readonly kind: K }> {
    const key = `${kind}/${rest}`;
    const found = [...this.#program.resources()].find((one) => one.key === key);
    if (found === undefined) throw new Error(`no ${key} is asked for`);
    return found as Extract<Resource, { readonly kind: K }>;
  }

  /** How many there are of a kind. */
  count(kind: ResourceKind): number {
    return [...this.#program.resources()].filter((one) => one.kind === kind).length;
  }

  /** Whether an instance takes connections. */
  ready(automaton: string, index: number, isReady: boolean): void {
    this.#program.observe([[readyCell(automaton, index), isReady]]);
    this.#isWell();
  }

  /** At least so many instances, whatever is asked for; undefined: as asked. */
  hold(automaton: string, count: number | undefined): void {
    this.#program.observe([[heldCell(automaton), count]]);
    this.#isWell();
  }

  update(text: string): void {
    this.#program.update(text);
    this.#isWell();
  }

  #isWell(): void {
    const [first] = this.#program.diagnostics;
    if (first !== undefined) throw new Error(first.message);
  }
}
