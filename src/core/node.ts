/**
 * What a graph of incremental computation is made of (see `incremental.ts`): cells, nodes
 * that are computed, and the links between readers and what they read.
 */

/** That an observer read a source: in the list of either. */
export interface Link {
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
  /** What it belongs to, for explanations. */
  label: unknown = null;

  get observed(): boolean {
    return this.observers !== null;
  }
}

/** Whether two values are the same to their readers. */
export type Equal<T> = (a: T, b: T) => boolean;

/** A value that is set from outside. */
export class Cell<T> extends Source {
  value: T;
  /** Whether it was set since nodes last ran, and what it was then. */
  isSet = false;
  before: T | undefined = undefined;
  readonly equal: Equal<T>;

  /** A cell need not belong to a graph until it is read. */
  constructor(value: T, equal: Equal<T> = Object.is) {
    super();
    this.value = value;
    this.equal = equal;
  }
}

/** A cell of whatever type. */
// biome-ignore lint/suspicious/noExplicitAny: `Cell` is invariant, and this stands for all of them.
export type AnyCell = Cell<any>;

/** Reads a source and remembers that it was read. */
export type Read = <T>(source: Cell<T> | Computed<T>) => T;

/** Computes a node's value. It is passed the node, so that many nodes can share one function. */
export type Compute<T> = (read: Read, node: Computed<T>) => T;

/** A value that follows what its function reads. */
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
  triggeredBy: Source | null = null;

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

/** Puts a new edge between `previous` and `next` in the observer's list of sources. */
export const link = (
  source: Source,
  observer: AnyComputed,
  previous: Link | null,
  next: Link | null,
): Link => {
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
