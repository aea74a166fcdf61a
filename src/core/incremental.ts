/**
 * Incremental computation: cells that are set from outside, and computed nodes that
 * follow them. A change goes up from a cell to its readers, in order of height, and stops
 * where a node comes out equal.
 *
 * Cost: `set` O(1); `stabilize` O(r·log r + edges read again) for r nodes run. Nodes that
 * nothing reaches are never visited, and memory is one link an edge.
 *
 * Invariants, checked by `check` (`node.ts`):
 *  1. a link is in its source's list of observers and in its observer's list of sources;
 *  2. outside of `stabilize`, an unqueued node is higher than every source of it, and its
 *     value is what its function returns for the values it read, of cells before they were
 *     set since;
 *  3. a node in the queue is marked so, and only that;
 *  4. no node reads itself, directly or through others: the code that makes nodes ensures this.
 *
 * After Jane Street's Incremental (heights, cut-off) and the linked dependency lists of
 * Preact signals.
 */

import { Heap } from "./heap.ts";
import {
  type AnyCell,
  type AnyComputed,
  type Cell,
  type Compute,
  Computed,
  type Equal,
  type Link,
  link,
  type Read,
  type Source,
} from "./node.ts";

/** What one `stabilize` did, counted. */
export interface Ran {
  /** Nodes whose function ran. */
  readonly recomputed: number;
  /** Of those, the ones whose value came out equal. */
  readonly cutOff: number;
}

/** A graph of cells and computed nodes, brought up to date by `stabilize`. */
export class Graph {
  readonly #due = new Heap<AnyComputed>();
  /** Cells that were set since nodes last ran. */
  readonly #set: AnyCell[] = [];
  #orphans: AnyComputed[] = [];
  /** How many nodes are running, each read by the one before. */
  #running = 0;
  /** The height of the first of them: what is lower is up to date. */
  #floor = 0;
  /** Of running nodes that read ahead of their turn: all they have read since. */
  readonly #ahead = new Map<AnyComputed, Set<Source>>();
  /** Of those, the nodes that read a value which has changed since. */
  readonly #stale = new Set<AnyComputed>();
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

  /** Setting a cell and setting it back between two runs counts as no change. */
  set<T>(cell: Cell<T>, value: T): void {
    if (cell.equal(cell.value, value)) return;
    // A running node may read what follows from this cell at once.
    if (this.#running > 0) {
      cell.value = value;
      this.#notify(cell);
      return;
    }
    if (!cell.isSet) {
      cell.isSet = true;
      cell.before = cell.value;
      this.#set.push(cell);
    }
    cell.value = value;
  }

  /** Runs the readers of a source again, though its value is the same: a name means another source now. */
  notifyReaders(source: Source): void {
    this.#notify(source);
  }

  /** Runs a node again though nothing that it read has changed. */
  invalidate(node: AnyComputed): void {
    node.triggeredBy = null;
    this.#push(node);
  }

  /** Cuts a node off from what it reads. Its value stays readable. */
  dispose(node: AnyComputed): void {
    this.#unlinkFrom(node, node.sources);
    node.sources = null;
    node.queued = false;
    node.triggeredBy = null;
  }

  /**
   * Raises `node` above `height`, and its readers above it. A queued reader is left out: it reads
   * again and finds its own height then. What it read before may since have become a reader of
   * it, so following its links might not end.
   */
  raise(node: AnyComputed, height: number): void {
    this.#lift([[node, height]]);
  }

  #lift(todo: [AnyComputed, number][]): void {
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const [low, atLeast] = next;
      if (low.height >= atLeast) continue;
      low.height = atLeast;
      this.#noteLower(low, todo);
    }
  }

  #liftReaders(node: AnyComputed): void {
    const lower: [AnyComputed, number][] = [];
    this.#noteLower(node, lower);
    this.#lift(lower);
  }

  /**
   * Adds the readers of `node` that are not higher. While a node is running, its readers'
   * heights are not updated; that happens after it has run.
   */
  #noteLower({ height, observers }: AnyComputed, todo: [AnyComputed, number][]): void {
    for (let link = observers; link !== null; link = link.nextObserver) {
      const { observer } = link;
      if (observer.queued || observer.height > height) continue;
      if (observer.running) observer.height = height + 1;
      else todo.push([observer, height + 1]);
    }
  }

  /**
   * Brings every node up to date. If a node throws, it stays queued, everything else is
   * as before or brought up to date later, and the error goes on to the caller.
   */
  stabilize(): Ran {
    this.#recomputed = 0;
    this.#cutOff = 0;
    this.#notifySet();
    const due = this.#due;
    while (due.size > 0) {
      const { height } = due;
      const node = due.pop();
      if (!node.queued) continue;
      if (node.height !== height) {
        due.push(node, node.height);
        continue;
      }
      this.#floor = height;
      this.#refresh(node);
    }
    this.#disposeOrphans();
    return { recomputed: this.#recomputed, cutOff: this.#cutOff };
  }

  /** The value of a source now, without noting that it was read. */
  peek<T>(source: Cell<T> | Computed<T>): T {
    this.#notifySet();
    if (this.#running === 0) this.#floor = 0;
    if (source instanceof Computed && source.queued) this.#refresh(source);
    return source.value as T;
  }

  /** Brings a node up to date. What it rarely takes is here, so that V8 inlines what `#compute` always does. */
  #refresh(node: AnyComputed): void {
    const { height } = node;
    this.#compute(node);
    if (node.height > height) this.#liftReaders(node);
  }

  #compute(node: AnyComputed): void {
    const run = ++this.#run;
    let previous: Link | null = null;
    let reused: Link | null = node.sources;
    let ahead: Set<Source> | null = null;
    const read: Read = <S>(source: Cell<S> | Computed<S>): S => {
      if (source instanceof Computed) {
        if (source.running) throw new Error("a node reads itself");
        if (source.queued) this.#refresh(source);
        if (ahead === null && source.height >= this.#floor) {
          ahead = new Set();
          this.#ahead.set(node, ahead);
        }
      }
      ahead?.add(source);
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
    this.#running++;
    node.queued = false;
    let value: unknown;
    try {
      value = node.compute(read, node);
    } catch (error) {
      this.#stale.delete(node);
      this.#push(node);
      throw error;
    } finally {
      node.running = false;
      this.#running--;
      if (ahead !== null) this.#ahead.delete(node);
    }
    this.#recomputed++;
    if (ahead !== null && this.#stale.delete(node)) this.#push(node);
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

  /** Queues the readers of cells whose value differs from that of the last run. */
  #notifySet(): void {
    if (this.#set.length === 0) return;
    for (const cell of this.#set) {
      const { before } = cell;
      cell.isSet = false;
      cell.before = undefined;
      if (!cell.equal(before, cell.value)) this.#notify(cell);
    }
    this.#set.length = 0;
  }

  #notify(source: Source): void {
    for (let link = source.observers; link !== null; link = link.nextObserver) {
      const { observer } = link;
      if (observer.running) {
        if (this.#ahead.size > 0 && this.#ahead.get(observer)?.has(source)) this.#stale.add(observer);
        continue;
      }
      if (observer.queued) continue;
      observer.triggeredBy = source;
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

  #disposeOrphans(): void {
    for (let node = this.#orphans.pop(); node !== undefined; node = this.#orphans.pop()) {
      if (node.observers !== null) continue;
      this.dispose(node);
      node.orphaned?.();
    }
  }
}
