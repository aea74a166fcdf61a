/**
 * Steers the automata that something has touched, until none of them moves another, and
 * remembers which are on their way: scaling, rolling, draining, settling.
 */
import { subject } from "../core/operation.ts";
import { type Process, processKey, type ResourceKey } from "../core/resource.ts";
import type { Reconciler } from "../reconcile.ts";
import type { Cause, Change } from "./journal.ts";
import type { Scaling } from "./scaling.ts";
import type { LoadCell, Senses } from "./senses.ts";
import type { Setting, Steered, Steering } from "./steering.ts";

/** How often open connections of instances that leave are counted, in milliseconds. */
const countEveryMs = 100;
/** Settings that lead to further settings: each round moves at least one automaton on. */
const mostRounds = 100;

/** What the helm moves, and by what. */
interface Deck {
  readonly steering: Steering;
  readonly scaling: Scaling;
  readonly senses: Senses;
  readonly reconciler: Reconciler;
  begin(cause: Cause): Change;
  own(key: ResourceKey, change: Change): void;
  /** Sets cells of the program, because of a change. */
  set(settings: readonly Setting[], change: Change): void;
}

export class Helm {
  readonly #deck: Deck;
  /** To be steered, each with the change that is the reason. */
  readonly #dirty = new Map<string, Change>();
  /** Automata that are on their way. */
  readonly active = new Map<string, Steered>();
  /** What is to be measured, by automaton. */
  readonly measured = new Map<string, ReadonlySet<LoadCell>>();
  readonly #targets = new Map<string, number>();
  readonly #rolls = new Map<string, Change>();

  constructor(deck: Deck) {
    this.#deck = deck;
  }

  touch(automaton: string, change: Change): void {
    this.#dirty.set(automaton, change);
  }

  /** Touches whatever is on its way: operations alone do not tell what a change means for it. */
  touchAll(change: Change): void {
    for (const name of this.active.keys()) this.touch(name, change);
  }

  /** The roll that an automaton is in. */
  rollOf(automaton: string): Change | undefined {
    const roll = this.#rolls.get(automaton);
    return roll?.isOver === false ? roll : undefined;
  }

  /** Whether a running process may be replaced now. */
  mayReplace({ automaton, index }: Process): boolean {
    return this.active.get(automaton)?.replace.has(index) === true;
  }

  steer(now: number): void {
    for (let round = 0; this.#dirty.size > 0 && round < mostRounds; round++) {
      const byChange = new Map<Change, Setting[]>();
      for (const [name, change] of this.#dirty) {
        const { steered, settings } = this.#deck.steering.steer(name, now);
        if (steered === null) this.#forget(name);
        else this.#note(name, steered, change);
        const all = byChange.get(change);
        if (all === undefined) byChange.set(change, [...settings]);
        else all.push(...settings);
      }
      this.#dirty.clear();
      for (const [change, settings] of byChange) this.#deck.set(settings, change);
    }
  }

  /** Counts what still goes to instances that are out, once the services know that they are. */
  count(): void {
    const { reconciler, steering, senses, scaling } = this.#deck;
    for (const change of reconciler.diff.values()) if (subject(change).kind === "service") return;
    for (const [name, { out }] of this.active) {
      if (out.size === 0) continue;
      const leaving = [...out].flatMap((index) => steering.instance(name, index) ?? []);
      const open = senses.openConnections(leaving);
      for (const [i, { index }] of leaving.entries()) scaling.counted(name, index, open[i]!);
      this.#settle(name);
    }
  }

  /** Touches those whose time has come. */
  wake(now: number): void {
    for (const [name, { lookAt }] of this.active) if (lookAt !== null && lookAt <= now) this.#settle(name);
    this.count();
  }

  /** When to wake next, whatever happens; infinite: not at all. */
  lookAt(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { lookAt, out } of this.active.values()) {
      if (lookAt !== null && lookAt > now) next = Math.min(next, lookAt);
      if (out.size > 0) next = Math.min(next, now + countEveryMs);
    }
    return next;
  }

  #settle(name: string): void {
    const cause = { event: "scaled", automaton: name, headline: `${name} settles`, causes: [] };
    this.touch(name, this.rollOf(name) ?? this.#deck.begin(cause));
  }

  #forget(name: string): void {
    this.active.delete(name);
    this.measured.delete(name);
    this.#targets.delete(name);
    this.#rolls.delete(name);
  }

  #note(name: string, steered: Steered, change: Change): void {
    if (steered.cells.size > 0) this.measured.set(name, steered.cells);
    else this.measured.delete(name);
    if (steered.atRest) this.active.delete(name);
    else this.active.set(name, steered);
    this.#tellScale(name, steered.target, change);
    for (const index of steered.stale) this.#deck.own(processKey(name, index), this.#rollFor(name, change));
  }

  /** A change by load is told as what it led to. */
  #tellScale(name: string, target: number, change: Change): void {
    const before = this.#targets.get(name);
    this.#targets.set(name, target);
    if (before === undefined || before === target || change.cause.event !== "scaled") return;
    const { headline, causes } = change.cause;
    change.cause = {
      event: "scaled",
      automaton: name,
      headline: `${name} scales ${before} → ${target}`,
      causes: [...causes, headline],
    };
  }

  #rollFor(name: string, change: Change): Change {
    const known = this.rollOf(name);
    if (known !== undefined) return known;
    const { trail } = change;
    const roll = this.#deck.begin({
      event: "rolled",
      automaton: name,
      headline: `${name} is rolled`,
      causes: trail,
    });
    this.#rolls.set(name, roll);
    return roll;
  }
}
