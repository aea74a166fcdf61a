/** Which automata of a system start after which, and whether that can be, kept up to date. */
import { cycleIn } from "../language/composition/ordering.ts";
import { timetableOf } from "../language/timetable.ts";
import type { AutomatonValue, Predecessor } from "../language/value.ts";

const nothing: readonly Predecessor[] = [];

/** What `after` says in a system. */
export class StartingOrder {
  readonly #members = new Set<string>();
  /** Of those that start after others. */
  readonly #after = new Map<string, readonly Predecessor[]>();
  /** Members that run by the clock: nothing starts after them. */
  readonly #byClock = new Set<string>();
  /** Whether it can be; null: something has changed that it depends on. */
  #holds: boolean | null = true;

  /** An automaton becomes a member, or is none any more. */
  member(name: string, isMember: boolean): void {
    if (isMember) this.#members.add(name);
    else this.#members.delete(name);
    if (this.#after.size > 0) this.#holds = null;
  }

  /** What a member says now; null: it is none any more. */
  starts(name: string, automaton: AutomatonValue | null): void {
    this.#runsByClock(name, automaton !== null && timetableOf(automaton) !== null);
    const after = automaton?.after ?? nothing;
    if (after.length === 0) {
      if (this.#after.delete(name)) this.#holds = null;
      return;
    }
    if (this.#after.get(name) === after) return;
    this.#after.set(name, after);
    this.#holds = null;
  }

  #runsByClock(name: string, isSo: boolean): void {
    if (this.#byClock.has(name) === isSo) return;
    if (isSo) this.#byClock.add(name);
    else this.#byClock.delete(name);
    if (this.#after.size > 0) this.#holds = null;
  }

  /** Whether all that others start after is there and runs by no clock, and none starts after itself. */
  get holds(): boolean {
    this.#holds ??= this.#isComplete() && cycleIn(this.#after) === null;
    return this.#holds;
  }

  #isComplete(): boolean {
    for (const after of this.#after.values())
      for (const { automaton } of after)
        if (!this.#members.has(automaton) || this.#byClock.has(automaton)) return false;
    return true;
  }
}
