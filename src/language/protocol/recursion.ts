/** The recursion variables that are bound where a session is being read. */
import type { Site } from "../problem.ts";

/** What a term's surroundings mean for the recursion variables in it. */
export interface Around {
  /** Variables of the outermost so many `mu`s may not stand here: it is left of `;`. */
  readonly barred: number;
  /** Of the outermost so many `mu`s something has been said between them and here. */
  readonly guarded: number;
  /** Whether this is a part of a session, so that a name may be meant as a variable. */
  readonly inner: boolean;
}

export const outermost: Around = { barred: 0, guarded: 0, inner: false };

export interface Binder {
  /** How many `mu`s are around it. */
  readonly depth: number;
  readonly instruction: number;
  readonly site: Site;
}

export class Recursion {
  readonly #binders = new Map<string, Binder>();
  #depth = 0;

  get(name: string): Binder | undefined {
    return this.#binders.get(name);
  }

  names(): Iterable<string> {
    return this.#binders.keys();
  }

  /** Binds a name, and returns what it was bound to before. */
  bind(name: string, instruction: number, site: Site): Binder | undefined {
    const outer = this.#binders.get(name);
    this.#binders.set(name, { depth: this.#depth++, instruction, site });
    return outer;
  }

  /** Takes the innermost `bind` back. */
  unbind(name: string, outer: Binder | undefined): void {
    this.#depth--;
    if (outer === undefined) this.#binders.delete(name);
    else this.#binders.set(name, outer);
  }

  /** What is around that which follows something said. */
  behindGuard(around: Around): Around {
    return { barred: around.barred, guarded: this.#depth, inner: true };
  }

  /** What is around the first of `;`. */
  beforeThen(around: Around): Around {
    return { barred: this.#depth, guarded: around.guarded, inner: true };
  }
}
