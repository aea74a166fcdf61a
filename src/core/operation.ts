/**
 * The difference between two sets of resources, as a value: a list of operations in
 * an order in which the world can take them.
 */
import type { Resource, ResourceKey, ResourceKind } from "./resource.ts";

/** One change of one resource. */
export type Operation =
  | { readonly op: "create"; readonly key: ResourceKey; readonly before: null; readonly after: Resource }
  | { readonly op: "update"; readonly key: ResourceKey; readonly before: Resource; readonly after: Resource }
  | { readonly op: "delete"; readonly key: ResourceKey; readonly before: Resource; readonly after: null };

/** A set of changes, at most one a key. */
export type Diff = ReadonlyMap<ResourceKey, Operation>;

/** The diff that changes nothing. */
export const emptyDiff: Diff = new Map();

/** The one change from `before` to `after`; null where nothing changes. */
export const operation = (before: Resource | null, after: Resource | null): Operation | null => {
  if (before === after) return null;
  if (before === null) return after === null ? null : { op: "create", key: after.key, before, after };
  if (after === null) return { op: "delete", key: before.key, before, after };
  return { op: "update", key: after.key, before, after };
};

/** The resource that an operation is about, as it is after it or was before it. */
export const subject = (operation: Operation): Resource => operation.after ?? operation.before;

/** Whether a program is started by it. */
export const startsProgram = ({ after }: Operation): boolean => after?.kind === "process";

/** The diff that undoes this one. */
export const reverse = (diff: Diff): Diff =>
  new Map([...diff.values()].map((change) => [change.key, operation(change.after, change.before)!] as const));

/** Adds a change to a diff that is being made; one that takes back an earlier one leaves nothing. */
export const follow = (diff: Map<ResourceKey, Operation>, change: Operation): void => {
  const earlier = diff.get(change.key);
  const joined = operation(earlier === undefined ? change.before : earlier.before, change.after);
  if (joined === null) diff.delete(change.key);
  else diff.set(change.key, joined);
};

/** The diff that does `first`, then `second`. */
export const squash = (first: Diff, second: Diff): Diff => {
  const both = new Map(first);
  for (const change of second.values()) follow(both, change);
  return both;
};

/** The order in which kinds are made: what a process needs is there before it starts. */
export const kindOrder: readonly ResourceKind[] = [
  "hub",
  "instance",
  "service",
  "wire",
  "publication",
  "egress",
  "hosts",
  "limits",
  "process",
  "files",
];

/** The order in which kinds are removed: a service stops sending to a process before the process ends. */
export const removalOrder: readonly ResourceKind[] = [
  "publication",
  "egress",
  "wire",
  "service",
  "files",
  "process",
  "limits",
  "hosts",
  "instance",
  "hub",
];

const placesOf = (kinds: readonly ResourceKind[]): ReadonlyMap<ResourceKind, number> =>
  new Map(kinds.map((kind, place) => [kind, place]));
const made = placesOf(kindOrder);
const removed = placesOf(removalOrder);

/**
 * Dependency order: what others need is made first and removed last. Within a kind, and
 * so within an automaton, in the order given. O(changes).
 */
export const ordered = (changes: Iterable<Operation>): readonly Operation[] => {
  const makings: Operation[][] = kindOrder.map(() => []);
  const removals: Operation[][] = removalOrder.map(() => []);
  for (const change of changes) {
    const { kind } = subject(change);
    if (change.op === "delete") removals[removed.get(kind)!]!.push(change);
    else makings[made.get(kind)!]!.push(change);
  }
  return makings[0]!.concat(...makings.slice(1), ...removals);
};
