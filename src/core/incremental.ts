/**
 * Incremental computation: cells that are set from outside, and computed nodes that
 * follow them. A change goes up from a cell to its readers, in order of height, and stops
 * where a node comes out equal.
 *
 * Cost: `set` O(1); `stabilize` O(r·log r + edges read again) for r nodes run. Nodes that
 * nothing reaches are never visited, and memory is one link an edge.
 *
 * Invariants, checked by `check`:
 *  1. a link is in its source's list of observers and in its observer's list of sources;
 *  2. outside of `stabilize`, an unqueued node is higher than every source of it, and its
 *     value is what its function returns for the values it read;
 *  3. a node in the queue is marked so, and only that;
 *  4. no node reads itself, not even by others: whoever makes nodes sees to that.
 *
 * After Jane Street's Incremental (heights, cut-off) and the linked dependency lists of
 * Preact signals.
 */

import { Heap } from "./heap.ts";

interface Link {
  readonly source: Source;
  readonly observer: AnyComputed;
  nextSource: Link | null;
  previousObserver: Link | null;
  nextObserver: Link | null;
}

/** Anything that can be read. */
export abstract class Source {
  /** Greater than that of all it reads. */
  height = 0;
  observers: Link | null = null;
  /** The last run of an observer that read this: spares most duplicate links. */
  readBy = 0;
  /** Whose it is, for those who ask why. */
  label: unknown = null;

  get observed(): boolean {
    return this.observers !== null;
  }
}

export type Equal<T> = (a: T, b: T) => boolean;

export class Cell<T> extends Source {
  value: T;
  readonly equal: Equal<T>;

  /** A cell need not belong to a graph until it is read. */
  constructor(value: T, equal: Equal<T> = Object.is) {
    super();
    this.value = value;
    this.equal = equal;
  }
}

/** Reads a source and remembers that it was read. */
export type Read = <T>(source: Cell<T> | Computed<T>) => T;

/** What a node comes out as. It is told which node it is, so that many can share it. */
export type Compute<T> = (read: Read, node: Computed<T>) => T;

export class Computed<T> extends Source {
  value: T | undefined = undefined;
  readonly compute: Compute<T>;
  readonly equal: Equal<T>;
  /** Called when nothing reads the node any more; without it, the node stays. */
  readonly orphaned: (() => void) | null;
  sources: Link | null = null;
  queued = false;
  running = false;
  /** What woke it last; null where it was made or invalidated since. */
  woken: Source | null = null;

  constructor(compute: Compute<T>, equal: Equal<T>, orphaned: (() => void) | null) {
    super();
    this.compute = compute;
    this.equal = equal;
    this.orphaned = orphaned;
  }
}

/** A node of whatever type: the graph itself never looks into values. */
// biome-ignore lint/suspicious/noExplicitAny: `Computed` is invariant, and this stands for all of them.
export type AnyComputed = Computed<any>;

export interface Ran {
  /** Nodes whose function ran. */
  readonly recomputed: number;
  /** Of those, the ones whose value came out equal. */
  readonly cutOff: number;
}

export class Graph {
  readonly #due = new Heap<AnyComputed>();
  #orphans: AnyComputed[] = [];
  #run = 0;
  #recomputed = 0;
  #cutOff = 0;

  /**
   * A node that follows what it reads. It first runs in the next `stabilize`, or when it
   * is read. A node with `orphaned` lives only while something reads it.
   */
  computed<T>(
    compute: Compute<T>,
    options: { equal?: Equal<T>; orphaned?: () => void; height?: number; label?: unknown } = {},
  ): Computed<T> {
    const node = new Computed(compute, options.equal ?? Object.is, options.orphaned ?? null);
    node.height = options.height ?? 0;
    node.label = options.label ?? null;
    this.#push(node);
    return node;
  }

  set<T>(cell: Cell<T>, value: T): void {
    if (cell.equal(cell.value, value)) return;
    cell.value = value;
    this.#notify(cell);
  }

  /** Runs the readers of a source again: what they read it for has moved elsewhere. */
  disturb(source: Source): void {
    this.#notify(source);
  }

  /** Runs a node again though nothing that it read has changed. */
  invalidate(node: AnyComputed): void {
    node.woken = null;
    this.#push(node);
  }

  /** Cuts a node off from what it reads. Its value stays readable. */
  dispose(node: AnyComputed): void {
    this.#unlinkFrom(node, node.sources);
    node.sources = null;
    node.queued = false;
    node.woken = null;
  }

  /** Makes sure that `node` is higher than `height`, and what reads it higher than it. */
  raise(node: AnyComputed, height: number): void {
    const todo: [AnyComputed, number][] = [[node, height]];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const [low, atLeast] = next;
      if (low.height >= atLeast) continue;
      low.height = atLeast;
      for (let link = low.observers; link !== null; link = link.nextObserver) {
        if (!link.observer.running) todo.push([link.observer, atLeast + 1]);
        else if (link.observer.height <= atLeast) link.observer.height = atLeast + 1;
      }
    }
  }

  /**
   * Brings every node up to date. If a node throws, it stays queued, everything else is
   * as before or brought up to date later, and the error goes on to the caller.
   */
  stabilize(): Ran {
    this.#recomputed = 0;
    this.#cutOff = 0;
    for (let entry = this.#due.pop(); entry !== undefined; entry = this.#due.pop()) {
      const { item: node, height } = entry;
      if (!node.queued) continue;
      if (node.height !== height) {
        this.#due.push(node, node.height);
        continue;
      }
      this.#refresh(node);
    }
    this.#bury();
    return { recomputed: this.#recomputed, cutOff: this.#cutOff };
  }

  /** The value of a source now, without noting that it was read. */
  peek<T>(source: Cell<T> | Computed<T>): T {
    if (source instanceof Computed && source.queued) this.#refresh(source);
    return source.value as T;
  }

  #refresh(node: AnyComputed): void {
    const run = ++this.#run;
    let previous: Link | null = null;
    let reused: Link | null = node.sources;
    const read: Read = <S>(source: Cell<S> | Computed<S>): S => {
      if (source instanceof Computed) {
        if (source.running) throw new Error("a node reads itself");
        if (source.queued) this.#refresh(source);
      }
      if (source.readBy !== run) {
        source.readBy = run;
        if (reused !== null && reused.source === source) {
          previous = reused;
          reused = reused.nextSource;
        } else {
          previous = link(source, node, previous, reused);
        }
        if (source.height >= node.height) this.raise(node, source.height + 1);
      }
      return source.value as S;
    };
    node.running = true;
    node.queued = false;
    let value: unknown;
    try {
      value = node.compute(read, node);
    } catch (error) {
      node.running = false;
      this.#push(node);
      throw error;
    }
    node.running = false;
    this.#recomputed++;
    if (reused !== null) {
      this.#unlinkFrom(node, reused);
      if (previous === null) node.sources = null;
      else (previous as Link).nextSource = null;
    }
    if (node.value !== undefined && node.equal(node.value, value)) {
      this.#cutOff++;
      return;
    }
    node.value = value;
    this.#notify(node);
  }

  #notify(source: Source): void {
    for (let link = source.observers; link !== null; link = link.nextObserver) {
      const { observer } = link;
      if (observer.running || observer.queued) continue;
      observer.woken = source;
      this.#push(observer);
    }
  }

  #push(node: AnyComputed): void {
    if (node.queued) return;
    node.queued = true;
    this.#due.push(node, node.height);
  }

  #unlinkFrom(observer: AnyComputed, start: Link | null): void {
    for (let at = start; at !== null; at = at.nextSource) {
      const { source } = at;
      if (at.previousObserver === null) source.observers = at.nextObserver;
      else at.previousObserver.nextObserver = at.nextObserver;
      if (at.nextObserver !== null) at.nextObserver.previousObserver = at.previousObserver;
      if (
        source.observers === null &&
        source instanceof Computed &&
        source !== observer &&
        source.orphaned !== null
      ) {
        this.#orphans.push(source);
      }
    }
  }

  #bury(): void {
    for (let node = this.#orphans.pop(); node !== undefined; node = this.#orphans.pop()) {
      if (node.observers !== null) continue;
      this.dispose(node);
      node.orphaned?.();
    }
  }
}

/** Puts a new edge between `previous` and `next` in the observer's list of sources. */
const link = (source: Source, observer: AnyComputed, previous: Link | null, next: Link | null): Link => {
  const made: Link = {
    source,
    observer,
    nextSource: next,
    previousObserver: null,
    nextObserver: source.observers,
  };
  if (source.observers !== null) source.observers.previousObserver = made;
  source.observers = made;
  if (previous === null) observer.sources = made;
  else previous.nextSource = made;
  return made;
};

/** A source, as whose it is known from now on. */
export const labelled = <S extends Source>(source: S, label: unknown): S => {
  source.label = label;
  return source;
};

/** What a node read when it last ran. */
export function* sourcesOf(node: AnyComputed): Iterable<Source> {
  for (let at = node.sources; at !== null; at = at.nextSource) yield at.source;
}

/** Throws where an invariant of this file does not hold for `nodes` and what they read. */
export const check = (nodes: Iterable<AnyComputed>): void => {
  for (const node of nodes) {
    for (let at = node.sources; at !== null; at = at.nextSource) {
      if (at.observer !== node) throw new Error("a link in a list of sources has another observer");
      let found = false;
      for (let other = at.source.observers; other !== null; other = other.nextObserver)
        found ||= other === at;
      if (!found) throw new Error("a source does not know its observer");
      if (!node.queued && at.source.height >= node.height) throw new Error("a node is not above its source");
    }
  }
};
