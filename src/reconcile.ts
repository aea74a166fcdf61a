/**
 * Where a program meets the world: what is wanted is compared with what exists, and the
 * difference is performed.
 *
 *   observe → compare → operations in order → apply → failures
 *
 * After the first observation both sides are kept, and only deltas of either are
 * compared: a change costs what it touches, whatever the size of the system. Events of
 * the world come in as what was seen; the difference they make is the repair.
 */
import type { BaseCase, Failure, Observation, Progress } from "./core/base.ts";
import { sameJson } from "./core/json.ts";
import { type Diff, type Operation, operation, ordered, subject } from "./core/operation.ts";
import {
  hostsKey,
  hubKey,
  instanceKey,
  observable,
  processKey,
  type Resource,
  type ResourceKey,
} from "./core/resource.ts";

/** Whether the world shows one as it would show the other. */
const alike = (a: Resource, b: Resource): boolean => sameJson(observable(a), observable(b));

const compare = (actual: Resource | null, desired: Resource | null): Operation | null =>
  actual !== null && desired !== null && alike(actual, desired) ? null : operation(actual, desired);

/** All that leads from what exists to what is wanted: the plan. */
export const plan = (
  desired: Iterable<Resource>,
  observed: ReadonlyMap<ResourceKey, Resource>,
): readonly Operation[] => {
  const diff = new Map<ResourceKey, Operation>();
  const note = (change: Operation | null): void => {
    if (change !== null) diff.set(change.key, change);
  };
  const left = new Map(observed);
  for (const resource of desired) {
    note(compare(left.get(resource.key) ?? null, resource));
    left.delete(resource.key);
  }
  for (const resource of left.values()) note(compare(resource, null));
  return ordered(diff.values());
};

/** Whether an operation ends a process, which may take its time. */
export const endsProcess = (change: Operation): boolean =>
  subject(change).kind === "process" && change.before !== null;

/** What must be in place, or gone, before an operation is begun. */
const needs = ({ op, before, after }: Operation): readonly ResourceKey[] => {
  if (op === "delete") return before.kind === "instance" ? [processKey(before.automaton, before.index)] : [];
  if (after.kind === "hub" || after.kind === "hosts") return [];
  if (after.kind !== "process") return [hubKey];
  return [hubKey, instanceKey(after.automaton, after.index), hostsKey(after.automaton)];
};

export class Reconciler {
  readonly #base: BaseCase;
  readonly #desired = new Map<ResourceKey, Resource>();
  readonly #actual = new Map<ResourceKey, Resource>();
  /** What differs. */
  readonly #diff = new Map<ResourceKey, Operation>();
  /** Under way, with what was seen of them meanwhile. */
  readonly #busy = new Map<ResourceKey, { seen?: Resource | null }>();
  /** Ended and made anew although they look as they should. */
  readonly #spoilt = new Set<ResourceKey>();

  constructor(base: BaseCase) {
    this.#base = base;
  }

  /** Reads the whole world. What is under way is not believed: it may be either. */
  async observe(): Promise<Observation> {
    const before = new Set(this.#busy.keys());
    const observation = await this.#base.observe();
    const isKnown = (key: ResourceKey): boolean => !before.has(key) && !this.#busy.has(key);
    for (const key of [...this.#actual.keys()]) {
      if (!observation.resources.has(key) && isKnown(key)) this.#exists(key, null);
    }
    for (const [key, resource] of observation.resources) if (isKnown(key)) this.#exists(key, resource);
    return observation;
  }

  /** Takes a delta of what is wanted. */
  want(changes: Iterable<Operation>): void {
    for (const { key, after } of changes) {
      if (after === null) this.#desired.delete(key);
      else this.#desired.set(key, after);
      this.#judge(key);
    }
  }

  /** What would differ if what is wanted changed like this. */
  preview(changes: Iterable<Operation>): readonly Operation[] {
    const diff = new Map(this.#diff);
    for (const { key, after } of changes) {
      const change = compare(this.#actual.get(key) ?? null, after);
      if (change === null) diff.delete(key);
      else diff.set(key, change);
    }
    return ordered(diff.values());
  }

  /** Notes how something is now; null: it is gone. */
  saw(key: ResourceKey, now: Resource | null): void {
    const flight = this.#busy.get(key);
    if (flight !== undefined) flight.seen = now;
    this.#exists(key, now);
  }

  /** Has something that exists ended, and then made anew. */
  spoil(key: ResourceKey): void {
    if (!this.#actual.has(key) || !this.#desired.has(key)) return;
    this.#spoilt.add(key);
    this.#judge(key);
  }

  desired(key: ResourceKey): Resource | undefined {
    return this.#desired.get(key);
  }

  actual(key: ResourceKey): Resource | undefined {
    return this.#actual.get(key);
  }

  isBusy(key: ResourceKey): boolean {
    return this.#busy.has(key);
  }

  /** Everything that differs, whether it can be done now or not. */
  get diff(): Diff {
    return this.#diff;
  }

  /**
   * What can be begun now, in order: nothing that is under way, that `may` forbids, or
   * that needs what is neither as it should be nor put right by the same list.
   */
  ready(may: (operation: Operation) => boolean): readonly Operation[] {
    const chosen = new Map<ResourceKey, Operation>();
    for (const [key, change] of this.#diff) if (!this.#busy.has(key) && may(change)) chosen.set(key, change);
    const inOrder = ordered(chosen.values());
    return inOrder.filter((change) => {
      // What begins with an end may last: it is not begun beside what it needs, nor the other way round.
      const apart = endsProcess(change) || change.op === "delete";
      const blocked =
        change.key === hubKey && change.op === "delete"
          ? this.#diff.size > 1 || this.#busy.size > 0
          : needs(change).some(
              (key) => this.#busy.has(key) || (this.#diff.has(key) && (apart || !chosen.has(key))),
            );
      if (blocked) chosen.delete(change.key);
      return !blocked;
    });
  }

  /** Performs operations, and returns what the world refused. The rest of the diff waits or goes on beside. */
  async perform(
    operations: readonly Operation[],
    onProgress?: (progress: Progress) => void,
  ): Promise<readonly Failure[]> {
    const flights = new Map(operations.map(({ key }) => [key, {} as { seen?: Resource | null }] as const));
    for (const [key, flight] of flights) this.#busy.set(key, flight);
    let failures: readonly Failure[] = [];
    try {
      failures = await this.#base.apply(operations, onProgress);
    } finally {
      for (const key of flights.keys()) this.#busy.delete(key);
    }
    const failed = new Set(failures.map(({ key }) => key));
    for (const { key, after } of operations) {
      if (failed.has(key)) continue;
      this.#spoilt.delete(key);
      const { seen } = flights.get(key)!;
      this.#exists(key, seen === undefined ? after : seen);
    }
    return failures;
  }

  #exists(key: ResourceKey, now: Resource | null): void {
    const before = this.#actual.get(key);
    if (now === null) {
      this.#actual.delete(key);
      this.#spoilt.delete(key);
      // What lived in it has lost its network: wherever it is now, it must start anew. Without
      // the hub nobody can tell whether an instance is gone or only cut off.
      if (before?.kind === "instance" && this.#actual.has(hubKey))
        this.spoil(processKey(before.automaton, before.index));
    } else {
      this.#actual.set(key, now);
    }
    this.#judge(key);
  }

  #judge(key: ResourceKey): void {
    const actual = this.#actual.get(key) ?? null;
    const desired = this.#desired.get(key) ?? null;
    const change = this.#spoilt.has(key) ? operation(actual, null) : compare(actual, desired);
    if (change === null) this.#diff.delete(key);
    else this.#diff.set(key, change);
  }
}
