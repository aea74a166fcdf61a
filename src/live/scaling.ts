/**
 * How many instances each automaton holds, and which of them are on their way out: the
 * decisions of `roll.ts` and `settle.ts`, with what has to be remembered between them.
 */
import { type Decision, decide, type Out, type Seat } from "./roll.ts";
import { ask, type Settling, settle, settled } from "./settle.ts";

/** How things stand with an automaton. */
export interface Facts {
  /** What its equation asks for now. */
  readonly asked: number;
  /** For how long less must have been asked before less is run; in milliseconds. */
  readonly settleMs: number;
  readonly seats: readonly Omit<Seat, "out">[];
  /** Whether others reach it, so that leaving takes care. */
  readonly reached: boolean;
  readonly graceMs: number;
}

interface Scale {
  readonly settling: Settling;
  readonly outs: ReadonlyMap<number, Out>;
}

export interface Scaled extends Decision {
  readonly target: number;
  /** Those that run something else than is wanted of them now. */
  readonly stale: ReadonlySet<number>;
  /** Whether there is more to do than waiting for a change. */
  readonly atRest: boolean;
}

export class Scaling {
  readonly #scales = new Map<string, Scale>();

  /** So many run already, and count as asked for until now. */
  adopt(automaton: string, count: number): void {
    this.#scales.set(automaton, { settling: settled(count), outs: new Map() });
  }

  forget(automaton: string): void {
    this.#scales.delete(automaton);
  }

  outsOf(automaton: string): ReadonlyMap<number, Out> {
    return this.#scales.get(automaton)?.outs ?? new Map();
  }

  isOut(automaton: string, index: number): boolean {
    return this.#scales.get(automaton)?.outs.has(index) ?? false;
  }

  /** Notes how many connections an instance that is out still has. */
  counted(automaton: string, index: number, open: number): void {
    const scale = this.#scales.get(automaton);
    const out = scale?.outs.get(index);
    if (scale === undefined || out === undefined) return;
    this.#scales.set(automaton, { ...scale, outs: new Map([...scale.outs, [index, { ...out, open }]]) });
  }

  /** An instance begins anew: whatever it was out for is over. */
  replaced(automaton: string, index: number): void {
    const scale = this.#scales.get(automaton);
    if (scale?.outs.has(index) !== true) return;
    this.#scales.set(automaton, {
      ...scale,
      outs: new Map([...scale.outs].filter(([one]) => one !== index)),
    });
  }

  decide(automaton: string, facts: Facts, now: number): Scaled {
    const known = this.#scales.get(automaton) ?? {
      settling: settled(facts.asked),
      outs: new Map<number, Out>(),
    };
    const { settling, target, fallsAt } = settle(ask(known.settling, facts.asked, now), now, facts.settleMs);
    const seats = facts.seats.map((seat) => ({ ...seat, out: known.outs.get(seat.index) ?? null }));
    const decision = decide({ target, seats, reached: facts.reached, graceMs: facts.graceMs, now });
    const outs = new Map(
      [...decision.out].map((index) => [index, known.outs.get(index) ?? { since: now, open: null }]),
    );
    this.#scales.set(automaton, { settling, outs });
    const lookAt = Math.min(fallsAt ?? Number.POSITIVE_INFINITY, decision.lookAt ?? Number.POSITIVE_INFINITY);
    return {
      ...decision,
      target,
      stale: new Set(seats.filter(({ current }) => !current).map(({ index }) => index)),
      lookAt: lookAt === Number.POSITIVE_INFINITY ? null : lookAt,
      atRest:
        decision.hold === target &&
        outs.size === 0 &&
        seats.every(({ current }) => current) &&
        fallsAt === null,
    };
  }
}
