/**
 * The fixpoint of the syntax functor, interned: in one table structurally equal terms
 * are one object, so equality is `===` and a memo can live on the term.
 */
import type { Functor1 } from "fp-ts/lib/Functor.js";
import { combine, hashString } from "./hash.ts";
import type { Of, Tag, TermF } from "./syntax.ts";

export const URI = "Term";
export type URI = typeof URI;

declare module "fp-ts/HKT" {
  interface URItoKind<A> {
    readonly Term: TermF<A>;
  }
}

/** The functor instance: `map` keeps the layer and replaces what stands in its places. */
export const termF: Functor1<URI> = {
  URI,
  map: <A, B>(layer: TermF<A>, f: (a: A) => B): TermF<B> =>
    ({ ...layer, kids: (layer.kids as readonly A[]).map((kid) => f(kid)) }) as unknown as TermF<B>,
};

/** `Fix TermF`, with what interning knows of it. */
export interface Term {
  readonly node: TermF<Term>;
  /** Of the whole structure; equal terms have equal hashes in every table. */
  readonly hash: number;
  /** Terms in it, itself included: its kids' pre-order positions follow from this. */
  readonly size: number;
}

interface Bucketed extends Term {
  /** The next term of one hash in the table. */
  next: Bucketed | null;
}

/** All data of a layer that is not kids, as one string. Injective for one tag. */
const dataOf = (node: TermF<unknown>): string => {
  let text: string = node._tag;
  for (const field in node) {
    if (field === "_tag" || field === "kids") continue;
    text += `\u0000${JSON.stringify((node as unknown as Record<string, unknown>)[field])}`;
  }
  return text;
};

interface Entry extends Bucketed {
  readonly data: string;
}

/** A table of interned terms. A program has one; `sweep` bounds it. */
export class Terms {
  #buckets = new Map<number, Entry>();
  #count = 0;
  #sweptAt = 4096;

  /** The number of terms held. */
  get count(): number {
    return this.#count;
  }

  /** The one term of this table with this structure. `node.kids` must be of this table. */
  intern(node: TermF<Term>): Term {
    const data = dataOf(node);
    let hash = hashString(data);
    let size = 1;
    const kids = node.kids as readonly Term[];
    for (let i = 0; i < kids.length; i++) {
      hash = combine(hash, kids[i]!.hash);
      size += kids[i]!.size;
    }
    const first = this.#buckets.get(hash);
    for (let entry: Bucketed | null = first ?? null; entry !== null; entry = entry.next) {
      if ((entry as Entry).data === data && sameKids(entry.node.kids as readonly Term[], kids)) return entry;
    }
    const made: Entry = { node, hash, size, data, next: first ?? null };
    this.#buckets.set(hash, made);
    this.#count++;
    return made;
  }

  /** Whether the table has doubled since it was last swept. */
  get full(): boolean {
    return this.#count > 2 * this.#sweptAt;
  }

  /** Forgets every term that is not part of one of `roots`. O(what stays). */
  sweep(roots: Iterable<Term>): void {
    const kept = new Set<Term>();
    const todo: Term[] = [...roots];
    for (let term = todo.pop(); term !== undefined; term = todo.pop()) {
      if (kept.has(term)) continue;
      kept.add(term);
      for (const kid of term.node.kids as readonly Term[]) todo.push(kid);
    }
    this.#buckets = new Map();
    for (const term of kept as Set<Entry>) {
      term.next = this.#buckets.get(term.hash) ?? null;
      this.#buckets.set(term.hash, term);
    }
    this.#count = kept.size;
    this.#sweptAt = Math.max(4096, kept.size);
  }
}

const sameKids = (a: readonly Term[], b: readonly Term[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

/** Narrows a term's layer to one tag; for places where the grammar leaves no other. */
export const layer = <T extends Tag>(term: Term, tag: T): Of<T, Term> => {
  if (term.node._tag !== tag) throw new Error(`a ${tag} was expected, not a ${term.node._tag}`);
  return term.node as Of<T, Term>;
};

export type Algebra<A> = (layer: TermF<A>) => A;

/**
 * Folds a term bottom-up. Equal subterms are folded once. The work is a loop with a
 * stack of its own: depth costs memory, never the call stack.
 */
export const cata =
  <A>(algebra: Algebra<A>) =>
  (root: Term): A => {
    const results = new Map<Term, A>();
    const stack: Term[] = [root];
    while (stack.length > 0) {
      const term = stack[stack.length - 1]!;
      if (results.has(term)) {
        stack.pop();
        continue;
      }
      let ready = true;
      for (const kid of term.node.kids as readonly Term[]) {
        if (!results.has(kid)) {
          if (ready) ready = false;
          stack.push(kid);
        }
      }
      if (!ready) continue;
      stack.pop();
      results.set(term, algebra(termF.map(term.node, (kid: Term) => results.get(kid)!)));
    }
    return results.get(root)!;
  };
