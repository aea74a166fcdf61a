/**
 * How many instances an automaton is to have and which of them leave service: the decisions of
 * `settling.ts` and `rollout.ts` together. Pure: what has to be remembered goes in and comes out.
 */
import { type Decision, type Draining, decide, type RolloutInstance, type UpdatePolicy } from "./rollout.ts";
import { ask, type Settling, settle, settled } from "./settling.ts";

/** How things stand with an automaton. */
export interface ScaleInput {
  /** What its equation asks for now. */
  readonly asked: number;
  /** For how long less must have been asked before less is run; in milliseconds. */
  readonly settleMs: number;
  /** Null: nothing has been asked for yet. */
  readonly settling: Settling | null;
  readonly instances: readonly RolloutInstance[];
  /** Whether others reach it, so that leaving takes care. */
  readonly reached: boolean;
  readonly update: UpdatePolicy;
  readonly graceMs: number;
}

export interface Scaled extends Decision {
  readonly settling: Settling;
  readonly target: number;
  /** Of each that drains by decision, since when. */
  readonly drainings: ReadonlyMap<number, Draining>;
  /** Those that run something else than is wanted of them now. */
  readonly stale: ReadonlySet<number>;
  /** Whether there is nothing to do but to wait for a change. */
  readonly atRest: boolean;
}

export const scale = (input: ScaleInput, now: number): Scaled => {
  const { asked, settleMs, instances, reached, update, graceMs } = input;
  const { settling, target, fallsAt } = settle(
    ask(input.settling ?? settled(asked), asked, now),
    now,
    settleMs,
  );
  const decision = decide({ target, instances, reached, update, graceMs, now });
  const known = new Map(instances.map(({ index, draining }) => [index, draining] as const));
  const drainings = new Map(
    [...decision.draining].map((index) => [index, known.get(index) ?? { since: now, open: null }] as const),
  );
  const lookAt = Math.min(fallsAt ?? Number.POSITIVE_INFINITY, decision.lookAt ?? Number.POSITIVE_INFINITY);
  return {
    ...decision,
    settling,
    target,
    drainings,
    stale: new Set(instances.filter(({ current }) => !current).map(({ index }) => index)),
    lookAt: lookAt === Number.POSITIVE_INFINITY ? null : lookAt,
    atRest:
      decision.minimum === target &&
      drainings.size === 0 &&
      decision.heldBack.size === 0 &&
      instances.every(({ current }) => current) &&
      fallsAt === null,
  };
};
