/** The remembered chunks of a definition's long lists and comprehensions, as incremental nodes. */
import type { Computed } from "../core/node.ts";
import type { Term } from "../core/term.ts";
import type { Remembered } from "../language/world.ts";

type Chunk = Computed<Remembered>;

/** The chunks of one definition that are remembered. */
export class Chunks {
  /** Of literals: a term without local names has one outcome. */
  readonly #plain = new Map<Term, Chunk>();
  /** Of comprehensions: one for all that the term's local names stand for. */
  readonly #bound = new Map<Term, Map<string, Chunk>>();

  get(term: Term, binding: string | null): Chunk | undefined {
    return binding === null ? this.#plain.get(term) : this.#bound.get(term)?.get(binding);
  }

  set(term: Term, binding: string | null, chunk: Chunk): void {
    if (binding === null) this.#plain.set(term, chunk);
    else {
      const known = this.#bound.get(term);
      if (known === undefined) this.#bound.set(term, new Map([[binding, chunk]]));
      else known.set(binding, chunk);
    }
  }

  delete(term: Term, binding: string | null): void {
    if (binding === null) this.#plain.delete(term);
    else {
      const known = this.#bound.get(term);
      known?.delete(binding);
      if (known?.size === 0) this.#bound.delete(term);
    }
  }

  *values(): Iterable<Chunk> {
    yield* this.#plain.values();
    for (const chunks of this.#bound.values()) yield* chunks.values();
  }
}
