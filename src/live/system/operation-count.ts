/** What is done while a command waits: with the change that it asked for also what follows from that, as a roll does. */
import type { Clock } from "../../core/clock.ts";
import { sameJson } from "../../core/json.ts";
import { follow, type Operation, ordered } from "../../core/operation.ts";
import type { ResourceKey } from "../../core/resource.ts";

/** What has been done since somebody began to count. */
export interface Counted {
  /** What several operations on one resource came to is one. */
  readonly operations: readonly Operation[];
  /** Until the last of them. */
  readonly milliseconds: number;
}

/** Counts operations. */
export class OperationCounter {
  readonly #clock: Clock;
  readonly #counts = new Set<{ readonly done: Map<ResourceKey, Operation>; last: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An operation has been performed. */
  note(operation: Operation): void {
    for (const count of this.#counts) {
      follow(count.done, operation);
      count.last = this.#clock.now();
    }
  }

  /** Counts from now on, until the result is called. */
  count(): () => Counted {
    const since = this.#clock.now();
    const count = { done: new Map<ResourceKey, Operation>(), last: since };
    this.#counts.add(count);
    return () => {
      this.#counts.delete(count);
      // A service that led elsewhere meanwhile is as it was.
      const changes = [...count.done.values()].filter(({ before, after }) => !sameJson(before, after));
      return { operations: ordered(changes), milliseconds: count.last - since };
    };
  }
}
