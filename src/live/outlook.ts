/** How a system stands as a whole: whether it is as it should be, on its way, or in trouble, and why. */
import type { Diagnostic } from "../core/diagnostic.ts";
import { instanceKey } from "../core/resource.ts";
import type { Reconciler } from "../reconcile.ts";
import type { Journal } from "./journal.ts";
import type { Setting, Steered } from "./steering.ts";
import type { Troubles } from "./troubles.ts";
import type { Wards } from "./wards.ts";

export type State = "converged" | "converging" | "degraded";

interface Sources {
  readonly reconciler: Reconciler;
  readonly wards: Wards;
  readonly troubles: Troubles;
  /** Automata that are on their way to somewhere. */
  readonly steered: ReadonlyMap<string, Steered>;
  readonly flying: () => number;
  /** Whether something has come in that has not been dealt with. */
  readonly isDue: () => boolean;
  readonly journal: Journal;
}

export class Outlook {
  readonly #sources: Sources;
  readonly #misunderstood = new Map<string, string>();
  readonly #waiting = new Set<() => void>();
  #state: State = "converging";
  #problems: readonly string[] = [];
  #isClosed = false;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  get state(): State {
    return this.#state;
  }

  /** Why it is degraded; empty otherwise. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  understood(settings: readonly Setting[]): void {
    if (this.#misunderstood.size > 0) for (const [cell] of settings) this.#misunderstood.delete(cell);
  }

  /** A cell that the program cannot take: an equation makes no sense with it. */
  misunderstood([cell]: Setting, diagnostics: readonly Diagnostic[]): void {
    this.#misunderstood.set(cell, `${cell.replace(/^observed /, "")}: ${diagnostics[0]?.message}`);
  }

  /** Looks at how things stand, and tells who wants to know of a change. */
  look(now: number): void {
    const { wards, troubles, journal } = this.#sources;
    const problems = [...troubles.problems(now), ...this.#misunderstood.values()];
    for (const ward of wards.unsettled()) {
      const { automaton, index } = ward.process;
      if (wards.isHopeless(ward.process.key) && !troubles.isRefused(ward.process.key)) {
        problems.push(`${automaton}.${index} is ${ward.phase}: ${ward.problem}`);
      }
    }
    const before = this.#state;
    this.#problems = problems;
    this.#state = problems.length > 0 ? "degraded" : this.#isBusy() ? "converging" : "converged";
    if (this.#state !== before) {
      if (this.#state === "degraded") journal.tell("degraded", null, problems.join("; "));
      else if (before === "degraded" || this.#state === "converged")
        journal.tell(this.#state, null, `the system is ${this.#state}`);
    }
    if (this.#isQuiet()) this.#release();
  }

  /**
   * Resolves when nothing more will happen by itself soon: what could be done is done,
   * and what is started is ready or given up.
   */
  quiet(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      if (this.#isQuiet()) this.#release();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #isBusy(): boolean {
    const { reconciler, wards, steered, flying } = this.#sources;
    if (flying() > 0) return true;
    for (const key of reconciler.diff.keys()) if (wards.get(key)?.phase !== "stopped") return true;
    if (steered.size > 0) return true;
    for (const { phase } of wards.unsettled()) if (phase === "starting" || phase === "waiting") return true;
    return false;
  }

  #isQuiet(): boolean {
    const { reconciler, wards, troubles, steered, flying, isDue } = this.#sources;
    if (isDue() || flying() > 0) return false;
    const givenUp = (key: Parameters<Wards["isHopeless"]>[0]): boolean =>
      troubles.isRefused(key) || wards.isHopeless(key);
    const possible = reconciler.ready(({ key }) => !givenUp(key) && wards.get(key)?.phase !== "backoff");
    if (possible.some(({ key, op }) => op !== "update" || wards.get(key) === undefined)) return false;
    for (const [name, { out, stale }] of steered) {
      if (out.size > 0) return false;
      if (stale.size > 0 && !this.#isStuck(name)) return false;
    }
    // One that waits is among what is possible, or waits for what was refused.
    for (const { phase, process } of wards.unsettled()) {
      if (phase !== "waiting" && !givenUp(process.key)) return false;
    }
    return true;
  }

  /** Whether a roll waits for an instance that will not answer. */
  #isStuck(name: string): boolean {
    const { wards, troubles } = this.#sources;
    for (const { process } of wards.unsettled()) {
      const { automaton, index, key } = process;
      if (automaton !== name) continue;
      if (wards.isHopeless(key) || troubles.isRefused(key) || troubles.isRefused(instanceKey(name, index)))
        return true;
    }
    return false;
  }
}
