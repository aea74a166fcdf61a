/**
 * Where a program meets the world: what is wanted is compared with what exists, and the
 * difference is what is to be done.
 *
 *   observation, desired resources → comparison → operations in order → results
 *
 * After the first observation both sides are kept, and only deltas of either are
 * compared: a change costs what it touches, whatever the size of the system. Events of
 * the world come in as what was seen; the difference they make is the repair.
 *
 * Nothing here reads or changes the world: the caller performs operations and says when they
 * begin and how they ended.
 */
import type { Observation } from "./core/base.ts";
import { EndpointIndex } from "./core/endpoint-index.ts";
import { sameJson } from "./core/json.ts";
import { observable } from "./core/observable.ts";
import { type Operation, operation, ordered, subject } from "./core/operation.ts";
import {
  hostsKey,
  hubKey,
  instanceKey,
  limitsKey,
  type Process,
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
  if (op === "delete")
    return before.kind === "instance" || before.kind === "limits"
      ? [processKey(before.automaton, before.index)]
      : [];
  if (after.kind === "hub" || after.kind === "hosts" || after.kind === "limits") return [];
  // What starts takes its files with it: until it has, there is nothing to replace.
  if (after.kind === "files") return [processKey(after.automaton, after.index)];
  if (after.kind !== "process") return [hubKey];
  const { automaton, index, limits, state = [] } = after;
  const isLimited = limits !== undefined || state.some(({ sized }) => sized === true);
  const under = isLimited ? [limitsKey(automaton, index)] : [];
  return [hubKey, instanceKey(automaton, index), hostsKey(automaton), ...under];
};

/** What is wanted and what exists, resource by resource. Plain data; changed only by the functions below. */
export interface Reconciliation {
  readonly desired: Map<ResourceKey, Resource>;
  readonly actual: Map<ResourceKey, Resource>;
  /** For which services of those that exist each instance answers. */
  readonly answering: EndpointIndex;
  /** Everything that differs, whether it can be done now or not. */
  readonly diff: Map<ResourceKey, Operation>;
  /** Under way, with what was seen of each meanwhile. */
  readonly busy: Map<ResourceKey, { seen?: Resource | null }>;
  /** To be ended and made anew although they look as they should. */
  readonly spoilt: Set<ResourceKey>;
  /** Processes that ended, and are as they should be for all that. */
  readonly done: Set<ResourceKey>;
  /** While the world is read: what was under way at any time since. Null: it is not read just now. */
  uncertain: Set<ResourceKey> | null;
}

export const emptyReconciliation = (): Reconciliation => ({
  desired: new Map(),
  actual: new Map(),
  answering: new EndpointIndex(),
  diff: new Map(),
  busy: new Map(),
  spoilt: new Set(),
  done: new Set(),
  uncertain: null,
});

/** The world is about to be read. */
export const observing = (sides: Reconciliation): void => {
  sides.uncertain = new Set(sides.busy.keys());
};

/** Takes an observation of the whole world. What was under way meanwhile is not believed: it may be either. */
export const observed = (sides: Reconciliation, { resources }: Observation): void => {
  const { uncertain, busy, actual, done } = sides;
  sides.uncertain = null;
  const isKnown = (key: ResourceKey): boolean => !busy.has(key) && uncertain?.has(key) !== true;
  for (const key of [...actual.keys()])
    if (!resources.has(key) && !done.has(key) && isKnown(key)) exists(sides, key, null);
  for (const [key, resource] of resources) if (isKnown(key)) exists(sides, key, resource);
};

/** The world could not be read. */
export const unobserved = (sides: Reconciliation): void => {
  sides.uncertain = null;
};

/** Takes a delta of what is wanted. */
export const want = (sides: Reconciliation, changes: Iterable<Operation>): void => {
  for (const { key, after } of changes) {
    if (after === null) sides.desired.delete(key);
    else sides.desired.set(key, after);
    judge(sides, key);
  }
};

/** What would differ if what is wanted changed like this. */
export const preview = (
  { diff, actual }: Reconciliation,
  changes: Iterable<Operation>,
): readonly Operation[] => {
  const changed = new Map(diff);
  for (const { key, after } of changes) {
    const change = compare(actual.get(key) ?? null, after);
    if (change === null) changed.delete(key);
    else changed.set(key, change);
  }
  return ordered(changed.values());
};

/** Notes how something is now; null: it is gone. */
export const saw = (sides: Reconciliation, key: ResourceKey, now: Resource | null): void => {
  const busy = sides.busy.get(key);
  if (busy !== undefined) busy.seen = now;
  exists(sides, key, now);
};

/**
 * An instance answers for nothing any more: what of this can be done at once, taken as done.
 * A service that is under way is not among it, as nobody knows how it is just now.
 */
export const withoutEndpoint = (sides: Reconciliation, instance: ResourceKey): readonly Operation[] =>
  sides.answering.servicesOf(instance).flatMap((key) => {
    const before = sides.actual.get(key);
    if (before?.kind !== "service" || sides.busy.has(key)) return [];
    const endpoints = before.endpoints.filter((endpoint) => endpoint.instance !== instance);
    const after = { ...before, endpoints };
    sides.uncertain?.add(key);
    exists(sides, key, after);
    return [{ op: "update", key, before, after }];
  });

/** A process has ended, and is to be followed by no other: what is wanted of it is there. */
export const completed = (sides: Reconciliation, process: Process): void => {
  sides.done.add(process.key);
  saw(sides, process.key, process);
};

/** A process that has ended is to be followed by another after all. */
export const uncompleted = (sides: Reconciliation, key: ResourceKey): void => {
  if (sides.done.delete(key)) exists(sides, key, null);
};

/** Has something that exists ended, and then made anew. */
export const spoil = (sides: Reconciliation, key: ResourceKey): void => {
  if (!sides.actual.has(key) || !sides.desired.has(key)) return;
  sides.spoilt.add(key);
  judge(sides, key);
};

/**
 * What can be begun now, in order: nothing that is under way, that `may` forbids, or
 * that needs what is neither as it should be nor put right by the same list.
 */
export const ready = (
  { diff, busy }: Reconciliation,
  may: (operation: Operation) => boolean,
): readonly Operation[] => {
  const chosen = new Map<ResourceKey, Operation>();
  for (const [key, change] of diff) if (!busy.has(key) && may(change)) chosen.set(key, change);
  const inOrder = ordered(chosen.values());
  return inOrder.filter((change) => {
    // What begins with an end may last: it is not begun beside what it needs, nor the other way round.
    const apart = endsProcess(change) || change.op === "delete";
    const blocked =
      change.key === hubKey && change.op === "delete"
        ? diff.size > 1 || busy.size > 0
        : needs(change).some((key) => busy.has(key) || (diff.has(key) && (apart || !chosen.has(key))));
    if (blocked) chosen.delete(change.key);
    return !blocked;
  });
};

/** Operations are begun. */
export const begin = (sides: Reconciliation, operations: readonly Operation[]): void => {
  for (const { key } of operations) {
    sides.done.delete(key);
    sides.busy.set(key, {});
    sides.uncertain?.add(key);
  }
};

/** Operations have ended; those of `failed` left everything as it was. */
export const finish = (
  sides: Reconciliation,
  operations: readonly Operation[],
  failed: ReadonlySet<ResourceKey>,
): void => {
  const seen = new Map(operations.map(({ key }) => [key, sides.busy.get(key)?.seen] as const));
  for (const { key } of operations) sides.busy.delete(key);
  for (const { key, after } of operations) {
    if (failed.has(key)) continue;
    sides.spoilt.delete(key);
    const now = seen.get(key);
    exists(sides, key, now === undefined ? after : now);
  }
};

const exists = (sides: Reconciliation, key: ResourceKey, now: Resource | null): void => {
  const { actual, spoilt, done } = sides;
  const before = actual.get(key);
  sides.answering.replace(before, now);
  if (now === null) {
    actual.delete(key);
    spoilt.delete(key);
    // What lived in it has lost its network: wherever it is now, it must start anew. Without
    // the hub nobody can tell whether an instance is gone or only cut off.
    if (before?.kind === "instance" && actual.has(hubKey)) {
      const process = processKey(before.automaton, before.index);
      if (!done.has(process)) spoil(sides, process);
    }
  } else {
    actual.set(key, now);
  }
  judge(sides, key);
};

const judge = ({ actual, desired, spoilt, diff }: Reconciliation, key: ResourceKey): void => {
  const is = actual.get(key) ?? null;
  // What is cut off is ended, and then made anew: it is not replaced as one that still serves.
  const isCutOff = is?.kind === "process" && is.netns === "";
  const change = isCutOff || spoilt.has(key) ? operation(is, null) : compare(is, desired.get(key) ?? null);
  if (change === null) diff.delete(key);
  else diff.set(key, change);
};
