/** What the program asks of the world, and how that differs from one batch to the next. */
import type { Augmentation, Batch } from "../core/augment.ts";
import { sameJson } from "../core/json.ts";
import { type Diff, type Operation, operation } from "../core/operation.ts";
import { hubKey, type Resource, type ResourceKey } from "../core/resource.ts";
import type { Augmented } from "../core/stage.ts";
import type { Member } from "../language/member.ts";

const resourcesOf = (node: Augmented<Member> | null): readonly Resource[] =>
  (node?.attributes.resources as readonly Resource[] | undefined) ?? [];

export class Desired {
  readonly #augmentation: Augmentation<Member>;
  /** The one resource that belongs to no member. */
  #hub: Resource | null = null;

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

  /** What a batch that was committed changed: nothing but its own members is looked at. */
  difference(batch: Batch<Member>, system: string | null): Diff {
    const diff = new Map<ResourceKey, Operation>();
    const note = (before: Resource | null, after: Resource | null): void => {
      const change = sameJson(before, after) ? null : operation(before, after);
      if (change !== null) diff.set(change.key, change);
    };
    for (const { before, after } of [...batch.changes].sort((a, b) => (a.key < b.key ? -1 : 1))) {
      const old = new Map(resourcesOf(before).map((one) => [one.key, one]));
      for (const resource of resourcesOf(after)) {
        note(old.get(resource.key) ?? null, resource);
        old.delete(resource.key);
      }
      for (const resource of old.values()) note(resource, null);
    }
    const hub = this.#hubOf(system);
    note(this.#hub, hub);
    this.#hub = hub;
    return diff;
  }

  #hubOf(system: string | null): Resource | null {
    if (system === null || this.#augmentation.tree.length === 0) return null;
    return { kind: "hub", key: hubKey, automaton: null, system, netns: `${system}.hub` };
  }
}
