/** What goes wrong with resources, how often, and when each may be tried again. */

import type { Failure } from "../core/base.ts";
import { called } from "../core/called.ts";
import type { ResourceKey } from "../core/resource.ts";
import { afterRefusal, afterRepair, forgiven, noTrouble, type Trouble, wrong } from "./patience.ts";

export class Troubles {
  readonly #refused = new Map<ResourceKey, { readonly trouble: Trouble; readonly failure: Failure }>();
  readonly #repaired = new Map<ResourceKey, { readonly trouble: Trouble; readonly what: string }>();

  /** Returns how often in a row it has been refused, less what was forgiven. */
  refused(failure: Failure, now: number): number {
    const known = this.#refused.get(failure.key) ?? { trouble: noTrouble };
    const trouble = wrong(known.trouble, now, afterRefusal);
    this.#refused.set(failure.key, { trouble, failure });
    return trouble.count;
  }

  /** It went well. Returns what had been refused before; null where nothing had. */
  performed(key: ResourceKey): Failure | null {
    const known = this.#refused.get(key);
    this.#refused.delete(key);
    return known?.failure ?? null;
  }

  /** Something of ours was changed from outside, and is to be repaired. */
  drifted(key: ResourceKey, what: string, now: number): void {
    const { trouble } = this.#repaired.get(key) ?? { trouble: noTrouble };
    this.#repaired.set(key, { trouble: wrong(trouble, now, afterRepair), what });
  }

  /** Nobody wants it any more, or something else of it. */
  forget(key: ResourceKey): void {
    this.#refused.delete(key);
    this.#repaired.delete(key);
  }

  isRefused(key: ResourceKey): boolean {
    return this.#refused.has(key);
  }

  /** Not to be tried before; in the past where nothing is wrong. */
  until(key: ResourceKey): number {
    const [refused, repaired] = [this.#refused.get(key), this.#repaired.get(key)];
    return Math.max(refused?.trouble.until ?? noTrouble.until, repaired?.trouble.until ?? noTrouble.until);
  }

  /** Why the system is not as it should be, in words. */
  problems(now: number): readonly string[] {
    const problems: string[] = [];
    for (const [key, { failure }] of this.#refused) {
      problems.push(`${called(key)}: ${failure.doing}: ${failure.message}`);
    }
    for (const [key, { trouble, what }] of this.#repaired) {
      const count = forgiven(trouble, now, afterRepair);
      if (count === 0) this.#repaired.delete(key);
      else if (count > afterRepair.free) problems.push(`${called(key)}: ${what}, again and again`);
    }
    return problems;
  }
}
