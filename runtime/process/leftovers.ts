/** What programs left behind that have ended: it goes before the next one starts in their instance. */
import { processKey, type ResourceKey } from "../../src/core/resource.ts";
import type { Owned } from "../owner.ts";
import { type KillTarget, networkTarget, processTarget } from "./kill-target.ts";
import { openNamed } from "./namespace-reference.ts";
import { type InstanceProcess, markersOf, type Orphan } from "./process-scan.ts";
import { leftoversTarget } from "./sandbox-target.ts";
import type { Terminator } from "./terminator.ts";

const graceMs = 500;

const never = (): boolean => false;

/** What lives of a system and is no artifact, and what is being ended of it. */
export class Leftovers {
  readonly #owned: Owned;
  readonly #terminator: Terminator;
  #orphans: readonly Orphan[] = [];
  /** Instances whose program ended, while what it left is being ended too. */
  readonly #clearing = new Map<ResourceKey, Promise<void>>();

  constructor(owned: Owned, terminator: Terminator) {
    this.#owned = owned;
    this.#terminator = terminator;
  }

  /** All that a look at the kernel found, in place of what an earlier one did. */
  found(orphans: readonly Orphan[]): void {
    this.#orphans = orphans;
  }

  /** What was found and not been ended since. */
  get all(): readonly Orphan[] {
    return this.#orphans;
  }

  /** Hands over what was found of an instance, for others to end. */
  take(key: ResourceKey): readonly Orphan[] {
    const taken = this.#orphans.filter((orphan) => orphan.key === key);
    if (taken.length > 0) this.#orphans = this.#orphans.filter((orphan) => orphan.key !== key);
    return taken;
  }

  /** A program has ended by itself: what it left is ended, but no guest. */
  endAfter(key: ResourceKey, instanceProcess: InstanceProcess): void {
    const target = this.#leftBy(key, instanceProcess);
    if (target === null) return;
    const cleared = this.#terminator.end(target, `clear up after ${key}`, graceMs);
    cleared.catch(() => undefined); // `ended` reports it
    this.#clearing.set(key, cleared);
  }

  /** Waits until what was being ended has. */
  async ended(key: ResourceKey): Promise<void> {
    await this.#clearing.get(key);
    this.#clearing.delete(key);
  }

  /** Waits until nothing of an earlier program lives. */
  async clear(key: ResourceKey): Promise<void> {
    await this.ended(key);
    const orphans = this.take(key);
    if (orphans.length === 0) return;
    const others = processTarget(orphans.filter(({ isInit }) => !isInit));
    const sandboxes = orphans.filter(({ isInit }) => isInit).map(leftoversTarget);
    try {
      await this.#terminator.endAll([others, ...sandboxes], `clear up after ${key}`, graceMs);
    } catch (error) {
      this.#orphans = [...this.#orphans, ...orphans];
      throw error;
    }
  }

  #leftBy(key: ResourceKey, { init, netns }: InstanceProcess): KillTarget | null {
    if (init !== null) return leftoversTarget(init);
    const namespace = openNamed(netns);
    if (namespace === null) return null;
    const only = (pid: number): boolean => {
      const marked = markersOf(pid, this.#owned);
      return marked !== null && processKey(marked.automaton, marked.index) === key;
    };
    return networkTarget(namespace, never, only);
  }
}
