/** What algebras are given to read with, and what they read with it. */

import type { Cause } from "./cause.ts";
import type { CellKey, CellSource } from "./cell-key.ts";
import type { AnyReader, Attributes } from "./pass.ts";
import type { Slots } from "./slots.ts";
import { attributeRead, type Trace } from "./trace.ts";

/** A batch of changes, as far as algebras look into it. */
export interface Staged {
  readonly context: {
    readonly cell: CellSource;
    readonly slots: ReadonlyMap<string, Slots>;
  };
  readonly attributesOf: (key: string) => Attributes | undefined;
  /** Members whose slot another took, or gave back. */
  readonly moved: Set<string>;
  readonly problems: unknown[];
}

const none: readonly string[] = [];

/** Notes what one algebra at a time reads, holds and reports. */
export class Tracer implements AnyReader {
  readonly #stage: Staged;
  /** Filled again for each algebra: up to `#read` and `#claimed` they are of this one. */
  readonly #reads: string[] = [];
  readonly #claims: string[] = [];
  #read = 0;
  #claimed = 0;
  #key = "";
  /** Of the algebra that read and held nothing last: most of them share it. */
  #idle: Trace | null = null;
  /** The last list of one read: of a cell that all members read, they share it. */
  #one: readonly string[] = none;

  constructor(stage: Staged) {
    this.#stage = stage;
  }

  begin(key: string): void {
    this.#key = key;
    this.#read = 0;
    this.#claimed = 0;
  }

  /** Copies are no longer than they must be; lists that grew are. */
  end(why: Cause): Trace {
    const [read, claimed] = [this.#read, this.#claimed];
    if (read > 0 || claimed > 0) {
      const reads = read === 0 ? none : read === 1 ? this.#single() : this.#reads.slice(0, read);
      const claims = claimed === 0 ? none : this.#claims.slice(0, claimed);
      return { reads, claims, why };
    }
    if (this.#idle?.why !== why) this.#idle = { reads: none, claims: none, why };
    return this.#idle;
  }

  #single(): readonly string[] {
    if (this.#one[0] !== this.#reads[0]) this.#one = this.#reads.slice(0, 1);
    return this.#one;
  }

  cell<T>(name: CellKey<T>): T | undefined {
    this.#reads[this.#read++] = name;
    return this.#stage.context.cell(name) as T | undefined;
  }

  attribute(member: string, pass: string, field: string): unknown {
    // What a pass reads of its own member, it is folded after anyway.
    if (member !== this.#key) this.#reads[this.#read++] = attributeRead(member, pass, field);
    return (this.#stage.attributesOf(member)?.[pass] as Record<string, unknown> | undefined)?.[field];
  }

  slot(space: string, identity: string): number | null {
    this.#claims[this.#claimed++] = space;
    this.#claims[this.#claimed++] = identity;
    return this.#stage.context.slots.get(space)!.claim(identity, this.#key, this.#stage.moved);
  }

  problem(problem: unknown): void {
    this.#stage.problems.push(problem);
  }
}
