/** What the program asks of the world, and how that differs from one batch to the next. */
import type { Augmentation, Batch } from "../core/augment.ts";
import type { Cause } from "../core/cause.ts";
import { sameJson } from "../core/json.ts";
import { type Operation, operation, subject } from "../core/operation.ts";
import { hubKey, type Resource, type ResourceKey } from "../core/resource.ts";
import { type Augmented, newcomer } from "../core/stage.ts";
import type { Member } from "../language/member.ts";

const resourcesOf = (node: Augmented<Member> | null): readonly Resource[] =>
  (node?.attributes.resources as readonly Resource[] | undefined) ?? [];

/** A member that changed, and why. */
export interface Why {
  readonly member: string;
  readonly cause: Cause;
}

/** What a batch changes. */
export interface Difference {
  /** At most one a resource. */
  readonly operations: Iterable<Operation>;
  readonly hub: Resource | null;
  readonly lately: ReadonlyMap<ResourceKey, Why> | null;
}

/** The name of a system, and what it is called in the world. */
export interface Named {
  readonly system: string;
  readonly label: string;
}

/** The resources of a program, read off its members. */
export class Desired {
  readonly #augmentation: Augmentation<Member>;
  /** The one resource that belongs to no member. */
  #hub: Resource | null = null;
  /** Why each resource changed with the last batch; null where that is because all of it is new. */
  #lately: Difference["lately"] = null;

  constructor(augmentation: Augmentation<Member>) {
    this.#augmentation = augmentation;
  }

  /** Whether there is anything. */
  get any(): boolean {
    return this.#hub !== null;
  }

  /** Every resource, in the order of the system tree. */
  *all(): Iterable<Resource> {
    if (this.#hub !== null) yield this.#hub;
    for (const node of this.#augmentation.tree) yield* resourcesOf(node);
  }

  /** What a batch that leaves so many members changes: nothing but its own is looked at. */
  difference(batch: Batch<Member>, named: Named | null, members: number): Difference {
    const hub = hubOf(named, members);
    return this.#hub === null
      ? { operations: creations(hub, batch), hub, lately: null }
      : { ...this.#changes(hub, batch), hub };
  }

  #changes(hub: Resource | null, batch: Batch<Member>): Pick<Difference, "operations" | "lately"> {
    const diff = new Map<ResourceKey, Operation>();
    const lately = new Map<ResourceKey, Why>();
    const note = (was: Resource | null, is: Resource | null, why: Why | null): void => {
      const resource = is ?? was;
      if (resource === null || sameJson(was, is)) return;
      // What one member gives up, such as a port of the host, another may take.
      const other = diff.get(resource.key);
      const change = operation(was ?? other?.before ?? null, is ?? other?.after ?? null)!;
      diff.set(change.key, change);
      if (why !== null) lately.set(change.key, why);
    };
    for (const { key: member, before, after, cause } of batch.changes) {
      const why = { member, cause };
      const old = new Map(resourcesOf(before).map((one) => [one.key, one]));
      for (const resource of resourcesOf(after)) {
        note(old.get(resource.key) ?? null, resource, why);
        old.delete(resource.key);
      }
      for (const resource of old.values()) note(resource, null, why);
    }
    note(this.#hub, hub, null);
    return { operations: diff.values(), lately };
  }

  /** The batch is the state. */
  keep({ hub, lately }: Difference): void {
    this.#hub = hub;
    this.#lately = lately;
  }

  /** Why a batch changed what an operation is about; null where it did not, or nothing is to be told. */
  why(change: Operation, lately = this.#lately): Why | null {
    if (lately !== null) return lately.get(change.key) ?? null;
    const { automaton } = subject(change);
    return automaton === null || change.op !== "create" ? null : { member: automaton, cause: newcomer };
  }
}

/** All that a batch comes to, where there was nothing before. */
const creations = (hub: Resource | null, batch: Batch<Member>): readonly Operation[] => {
  const operations: Operation[] = [];
  const create = (after: Resource): void =>
    void operations.push({ op: "create", key: after.key, before: null, after });
  for (const { after } of batch.changes) for (const resource of resourcesOf(after)) create(resource);
  if (hub !== null) create(hub);
  return operations;
};

const hubOf = (named: Named | null, members: number): Resource | null =>
  named === null || members === 0
    ? null
    : { kind: "hub", key: hubKey, automaton: null, system: named.system, netns: `${named.label}.hub` };
