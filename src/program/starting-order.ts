/** Which automata of a system start after which, and whether that can be, kept up to date. */
import { cycleIn } from "../language/composition/ordering.ts";
import type { Predecessor } from "../language/value.ts";

/** What `after` says in a system. */
export class StartingOrder {
  readonly #members = new Set<string>();
  /** Of those that start after others. */
  readonly #after = new Map<string, readonly Predecessor[]>();
  /** Whether it can be; null: something has changed that it depends on. */
  #holds: boolean | null = true;

  /** An automaton becomes a member, or is none any more. */
  member(name: string, isMember: boolean): void {
    if (isMember) this.#members.add(name);
    else this.#members.delete(name);
    if (this.#after.size > 0) this.#holds = null;
  }

  /** What a member starts after now. */
  starts(name: string, after: readonly Predecessor[]): void {
    if (after.length === 0) {
      if (this.#after.delete(name)) this.#holds = null;
      return;
    }
    if (this.#after.get(name) === after) return;
    this.#after.set(name, after);
    this.#holds = null;
  }

  /** Whether all that others start after is there, and none starts after itself. */
  get holds(): boolean {
    this.#holds ??= this.#isComplete() && cycleIn(this.#after) === null;
    return this.#holds;
  }

  #isComplete(): boolean {
    for (const after of this.#after.values())
      for (const { automaton } of after) if (!this.#members.has(automaton)) return false;
    return true;
  }
}
