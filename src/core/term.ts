/**
 * The fixpoint of the syntax functor, interned: in one table structurally equal terms
 * are one object, so equality is `===` and a memo can live on the term.
 */
import type { Functor1 } from "fp-ts/lib/Functor.js";
import { combine, hashString, mix } from "./hash.ts";
import { Sweeping } from "./sweeping.ts";
import type { Of, Tag, TermF } from "./syntax.ts";

/** The name of the base functor for fp-ts. */
export const URI = "Term";
/** The type of that name. */
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
    ({
      ...layer,
      children: (layer.children as readonly A[]).map((child) => f(child)),
    }) as unknown as TermF<B>,
};

/** `Fix TermF`, with what interning knows of it. */
export interface Term {
  readonly node: TermF<Term>;
  /** Of the whole structure; equal terms have equal hashes in every table. */
  readonly hash: number;
  /** Terms in it, itself included: its children' pre-order positions follow from this. */
  readonly size: number;
}

/** A layer with `A` in its places, however many those of its tag are. */
export type Layer<A> =
  TermF<never> extends infer L
    ? L extends TermF<never>
      ? Omit<L, "children"> & { readonly children: readonly A[] }
      : never
    : never;

/**
 * A class, since V8 moves what is made by a literal to the old space once much of it
 * stays, and to that end makes all code anew that makes some.
 */
class Interned implements Term {
  readonly node: TermF<Term>;
  readonly hash: number;
  readonly size: number;

  constructor(node: TermF<Term>, hash: number, size: number) {
    this.node = node;
    this.hash = hash;
    this.size = size;
  }
}

/** What is known of a tag: the fields of its layer that are not children. */
interface Shape {
  readonly hash: number;
  readonly fields: readonly string[];
}
type Data = { readonly [field: string]: unknown };

const shapes = new Map<Tag, Shape>();

/** All layers of one tag have the same fields, so the first one tells. */
const shapeOf = (node: Layer<unknown>): Shape => {
  const known = shapes.get(node._tag);
  if (known !== undefined) return known;
  const fields = Object.keys(node).filter((field) => field !== "_tag" && field !== "children");
  const shape = { hash: hashString(node._tag) | 0, fields: fields.sort() };
  shapes.set(node._tag, shape);
  return shape;
};

/** Of strings, numbers, booleans, null, and lists of strings. */
const hashData = (value: unknown): number => {
  if (typeof value === "string") return hashString(value);
  if (typeof value === "number") return mix(value, 1);
  if (typeof value === "boolean") return value ? 2 : 3;
  if (value === null) return 4;
  const items = value as readonly string[];
  let hash = items.length;
  for (let i = 0; i < items.length; i++) hash = combine(hash, hashString(items[i]!));
  return hash;
};

const sameData = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  return sameItems(a as readonly unknown[], b as readonly unknown[]);
};

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};

const sameLayer = (
  a: TermF<Term>,
  b: Layer<unknown>,
  fields: readonly string[],
  children: readonly Term[],
  count: number,
): boolean => {
  if (a._tag !== b._tag || a.children.length !== count) return false;
  for (let i = 0; i < count; i++) if (a.children[i] !== children[i]) return false;
  const x = a as unknown as Data;
  const y = b as unknown as Data;
  for (let i = 0; i < fields.length; i++) if (!sameData(x[fields[i]!], y[fields[i]!])) return false;
  return true;
};

/** So few that the first texts read make more: V8 takes what has not happened yet for what never will. */
const FEWEST = 256;
/** Of all places, those that may be taken before there are made more. */
const MOST = 0.75;

const none: readonly Term[] = [];

/** A table of interned terms. A program has one; `sweep` bounds it. */
export class Terms {
  /** Each stands at the low bits of its hash, or at the next free place behind: as many as a power of two. */
  #places = new Array<Term | null>(FEWEST).fill(null);
  /** Of the term in the same place: one look at these says whether it is worth one at the term. */
  #hashes = new Int32Array(FEWEST);
  #count = 0;
  readonly #sweeping = new Sweeping(4096);

  /** The number of terms held. */
  get count(): number {
    return this.#count;
  }

  /** The one term of this table with this structure. `node.children` must be of this table. */
  intern(node: TermF<Term>): Term {
    return this.internLayer(node, node.children as readonly Term[], node.children.length);
  }

  /**
   * The same of a layer in whose places the first `count` of `children` shall stand. If the
   * term is new, the layer becomes its node, with them; `children` stay the caller's.
   */
  internLayer(layer: Layer<unknown>, children: readonly Term[], count: number): Term {
    const { hash: tag, fields } = shapeOf(layer);
    const data = layer as unknown as Data;
    let hash = tag;
    for (let i = 0; i < fields.length; i++) hash = combine(hash, hashData(data[fields[i]!]));
    let size = 1;
    for (let i = 0; i < count; i++) {
      const child = children[i]!;
      hash = combine(hash, child.hash);
      size += child.size;
    }
    const places = this.#places;
    const hashes = this.#hashes;
    let at = hash & (hashes.length - 1);
    for (let term = places[at]!; term !== null; term = places[at]!) {
      if (hashes[at] === hash && sameLayer(term.node, layer, fields, children, count)) return term;
      at = (at + 1) & (hashes.length - 1);
    }
    const node = layer as TermF<Term>;
    if (node.children !== children)
      (node as { children: readonly Term[] }).children = count === 0 ? none : children.slice(0, count);
    const made = new Interned(node, hash, size);
    places[at] = made;
    hashes[at] = hash;
    if (++this.#count > MOST * places.length) this.#resize(places, hashes, places.length * 2);
    return made;
  }

  /** Whether the table has doubled since it was last swept. */
  get full(): boolean {
    return this.#sweeping.isDue(this.#count);
  }

  /** Takes all terms for such as are in use, as they are when a text was read for the first time. */
  keepAll(): void {
    this.#sweeping.done(this.#count);
  }

  /** Forgets every term that is not part of one of `roots`. O(what stays). */
  sweep(roots: Iterable<Term>): void {
    const kept = new Set<Term>();
    const todo = [...roots];
    for (let term = todo.pop(); term !== undefined; term = todo.pop()) {
      if (kept.has(term)) continue;
      kept.add(term);
      for (const child of term.node.children as readonly Term[]) todo.push(child);
    }
    let size = FEWEST;
    while (MOST * size < kept.size) size *= 2;
    const terms = [...kept];
    this.#resize(
      terms,
      Int32Array.from(terms, ({ hash }) => hash),
      size,
    );
    this.#count = kept.size;
    this.#sweeping.done(kept.size);
  }

  #resize(terms: readonly (Term | null)[], theirs: Int32Array, size: number): void {
    const places = new Array<Term | null>(size).fill(null);
    const hashes = new Int32Array(size);
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i]!;
      if (term === null) continue;
      const hash = theirs[i]!;
      let at = hash & (size - 1);
      while (places[at] !== null) at = (at + 1) & (size - 1);
      places[at] = term;
      hashes[at] = hash;
    }
    this.#places = places;
    this.#hashes = hashes;
  }
}

/** Narrows a term's layer to one tag; for places where the grammar leaves no other. */
export const layer = <T extends Tag>(term: Term, tag: T): Of<T, Term> => {
  if (term.node._tag !== tag) throw new Error(`a ${tag} was expected, not a ${term.node._tag}`);
  return term.node as Of<T, Term>;
};

/** From a layer with results in its places, and the term whose layer it is, to a result. */
export type Algebra<A> = (layer: TermF<A>, term: Term) => A;

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
      for (const child of term.node.children as readonly Term[]) {
        if (!results.has(child)) {
          ready = false;
          stack.push(child);
        }
      }
      if (!ready) continue;
      stack.pop();
      results.set(
        term,
        algebra(
          termF.map(term.node, (child: Term) => results.get(child)!),
          term,
        ),
      );
    }
    return results.get(root)!;
  };
