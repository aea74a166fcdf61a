/**
 * Why operations are done. Each input that leads to operations begins a change; a change that makes
 * a resource differ owns it until it is as it should be. A change that has nothing left to do is
 * recorded once, with the chain of its causes.
 */
import type { Failure } from "../../core/base.ts";
import { called } from "../../core/called.ts";
import type { Operation } from "../../core/operation.ts";
import { isToldAgain, timesInARow } from "../../core/repeats.ts";
import type { ResourceKey } from "../../core/resource.ts";
import { doneLine } from "../../core/tally.ts";
import { timesRefused } from "../policy/failures.ts";
import type { Step } from "./state.ts";

/** Why something is to be done. */
export interface Cause {
  /** The kind of entry to record when it is done: `applied`, `repaired`, `scaled`, … */
  readonly event: string;
  readonly automaton: string | null;
  /** What is being done, in words. */
  readonly headline: string;
  /** What it came from, the root first. */
  readonly causes: readonly string[];
  /** It happens again and again, and was told often enough. */
  readonly isUntold?: boolean;
}

export interface Done {
  readonly operations: readonly Operation[];
  readonly failures: readonly Failure[];
  readonly milliseconds: number;
  /** So many instances still run what was wanted before: they are replaced as others get ready. */
  readonly remaining: number;
}

/** Identifies a change of one orchestrator. */
export type ChangeId = number;

export interface Change {
  readonly id: ChangeId;
  cause: Cause;
  readonly startedAt: number;
  /** Resources that it owns. */
  readonly pending: Set<ResourceKey>;
  readonly operations: Operation[];
  readonly failures: Map<ResourceKey, Failure>;
  /** Someone waits for it: it ends at the latest when nothing more can be done for it now. */
  awaited: boolean;
}

export interface Changes {
  /** Those that are not over. */
  readonly open: Map<ChangeId, Change>;
  readonly owners: Map<ResourceKey, ChangeId>;
  /** Begun in this turn. */
  fresh: ChangeId[];
  /** Something was taken from them; the same turn may give them more to do. */
  readonly left: Set<ChangeId>;
  next: ChangeId;
}

export const noChanges = (): Changes => ({
  open: new Map(),
  owners: new Map(),
  fresh: [],
  left: new Set(),
  next: 1,
});

export const record = (
  step: Step,
  event: string,
  automaton: string | null,
  text: string,
  causes: readonly string[] = [],
): void => step.emit({ _tag: "Record", event, automaton, text, causes, ended: null });

export const beginChange = ({ state: { changes }, now }: Step, cause: Cause): Change => {
  const change: Change = {
    id: changes.next++,
    cause,
    startedAt: now,
    pending: new Set(),
    operations: [],
    failures: new Map(),
    awaited: false,
  };
  changes.open.set(change.id, change);
  changes.fresh.push(change.id);
  return change;
};

/** What a change that follows from this one names as its causes. */
export const trailOf = ({ cause }: Change): readonly string[] => [...cause.causes, cause.headline];

/** The change is why the resource differs, if it does. */
export const own = (step: Step, key: ResourceKey, change: Change): void => {
  const { changes, sides } = step.state;
  if (!sides.diff.has(key)) {
    settled(step, key);
    return;
  }
  const earlier = changes.owners.get(key);
  if (earlier === change.id) return;
  changes.owners.set(key, change.id);
  change.pending.add(key);
  if (earlier !== undefined) leave(changes, key, earlier);
};

/** The change that is why a resource differs. */
export const ownerOf = ({ open, owners }: Changes, key: ResourceKey): Change | undefined =>
  open.get(owners.get(key) ?? 0);

export const isOpen = ({ open }: Changes, { id }: Change): boolean => open.has(id);

/** The resource is as it should be, without anything having been done. */
const settled = ({ state: { changes } }: Step, key: ResourceKey): void => {
  const owner = changes.owners.get(key);
  if (owner === undefined) return;
  changes.owners.delete(key);
  leave(changes, key, owner);
};

export const operationDone = (step: Step, operation: Operation): void => {
  const owner = disown(step.state.changes, operation.key);
  if (owner === undefined) return;
  owner.operations.push(operation);
  owner.failures.delete(operation.key);
  closeChange(step, owner);
};

export const operationFailed = (step: Step, failure: Failure): void => {
  const owner = disown(step.state.changes, failure.key);
  if (owner === undefined) {
    // It is tried again, long after what it was first tried for.
    const automaton = step.state.sides.desired.get(failure.key)?.automaton ?? null;
    recordFailure(step, failure, automaton, []);
    return;
  }
  owner.failures.set(failure.key, failure);
  closeChange(step, owner);
};

/** Ends a change although not all of it could be done; the rest waits for better times. */
const abandon = (step: Step, change: Change): void => {
  for (const key of [...change.pending]) settled(step, key);
  closeChange(step, change);
};

/** Ends the changes that someone waits for. */
export const abandonAwaited = (step: Step): void => {
  for (const change of step.state.changes.open.values()) if (change.awaited) abandon(step, change);
};

/** Ends the changes that someone waits for and of which only that is left which is held back: it is done by a change of its own. */
export const abandonHeld = (step: Step, isHeld: (key: ResourceKey) => boolean): void => {
  for (const change of step.state.changes.open.values())
    if (change.awaited && isAllHeld(change, isHeld)) abandon(step, change);
};

/** Ends with the first that is not: a change may own very many. */
const isAllHeld = ({ pending }: Change, isHeld: (key: ResourceKey) => boolean): boolean => {
  for (const key of pending) if (!isHeld(key)) return false;
  return true;
};

/** Ends the changes of this turn that have nothing left to do. */
export const closeFinished = (step: Step): void => {
  const { changes } = step.state;
  const { fresh, open, left } = changes;
  changes.fresh = [];
  for (const id of [...fresh, ...left]) {
    const change = open.get(id);
    if (change !== undefined) closeChange(step, change);
  }
  left.clear();
};

/** Ends a change that has nothing left to do, and records it if it did anything. */
const closeChange = (step: Step, change: Change): void => {
  const { changes } = step.state;
  if (change.pending.size > 0 || !changes.open.delete(change.id)) return;
  const { operations, failures, cause } = change;
  const { event, automaton, headline, causes } = cause;
  const milliseconds = step.now - change.startedAt;
  for (const failure of failures.values()) recordFailure(step, failure, automaton, trailOf(change));
  if (operations.length > 0 && cause.isUntold !== true)
    record(step, event, automaton, `${headline}: ${doneLine(operations, milliseconds)}`, causes);
  const done = { operations, failures: [...failures.values()], milliseconds, remaining: staleIn(step) };
  step.emit({ _tag: "ChangeDone", change: change.id, done });
};

const recordFailure = (
  step: Step,
  { key, doing, message }: Failure,
  automaton: string | null,
  causes: readonly string[],
): void => {
  const times = timesRefused(step.state.failures.get(key));
  const text = `${called(key)}: ${doing}: ${message}${timesInARow(times)}`;
  if (isToldAgain(times)) record(step, "failed", automaton, text, causes);
};

/** Instances that rolls have still to replace. */
const staleIn = ({ state }: Step): number => {
  let count = 0;
  for (const name of state.active) count += state.automata.get(name)?.scaling?.stale.size ?? 0;
  return count;
};

const disown = (changes: Changes, key: ResourceKey): Change | undefined => {
  const owner = ownerOf(changes, key);
  changes.owners.delete(key);
  owner?.pending.delete(key);
  return owner;
};

const leave = ({ open, left }: Changes, key: ResourceKey, id: ChangeId): void => {
  open.get(id)?.pending.delete(key);
  left.add(id);
};
