/**
 * Which provider fits which requirer: equi-recursive, synchronous subtyping of session
 * types, after S. J. Gay and M. Hole, "Subtyping for session types in the pi calculus"
 * (2005), with the provider's side written and the smaller type the provided one.
 */
import { type PayloadMismatch, payloadMismatch } from "./payload.ts";
import { rememberPairs } from "./remember.ts";
import type { Session, State } from "./session.ts";

/** One step of a conversation, from the provider's side. */
export type StepTaken =
  | { readonly _tag: "Said"; readonly state: Extract<State, { readonly next: number }> }
  | { readonly _tag: "Chosen"; readonly label: string };

/** Where two protocols part: a shortest way there, and what each side says then. */
export interface Mismatch {
  readonly path: readonly StepTaken[];
  readonly provided: State;
  readonly required: State;
  /** Where both agree on the direction, but not on what is said. */
  readonly payload: PayloadMismatch | null;
}

export interface Comparison {
  readonly mismatch: Mismatch | null;
  /** Pairs of states that were looked at; never more than |P|·|R|. */
  readonly pairs: number;
}

/** A pair of states on the way, and how it was reached. */
interface Pair {
  readonly provided: number;
  readonly required: number;
  readonly from: Pair | null;
  readonly step: StepTaken | null;
}

const wayTo = (pair: Pair): readonly StepTaken[] => {
  const path: StepTaken[] = [];
  for (let at: Pair | null = pair; at !== null; at = at.from) if (at.step !== null) path.push(at.step);
  return path.reverse();
};

const parts = (pair: Pair, provided: State, required: State, payload: PayloadMismatch | null): Mismatch => ({
  path: wayTo(pair),
  provided,
  required,
  payload,
});

/**
 * Compares `provided ≤ required`: looks breadth-first for a reachable pair of states
 * that do not fit, so that the way to the first one found is a shortest.
 */
export const compare = (provided: Session, required: Session): Comparison => {
  if (provided.key === required.key) return { mismatch: null, pairs: 0 };
  const width = required.states.length;
  const visited = new Set<number>();
  const queue: Pair[] = [];
  const visit = (p: number, r: number, from: Pair | null, step: StepTaken | null): void => {
    const code = p * width + r;
    if (visited.has(code)) return;
    visited.add(code);
    queue.push({ provided: p, required: r, from, step });
  };
  visit(provided.start, required.start, null, null);
  for (let i = 0; i < queue.length; i++) {
    const pair = queue[i]!;
    const p = provided.states[pair.provided]!;
    const r = required.states[pair.required]!;
    const mismatch = misfit(pair, p, r);
    if (mismatch !== null) return { mismatch, pairs: visited.size };
    if ("next" in p && "next" in r) visit(p.next, r.next, pair, { _tag: "Said", state: p });
    else if ("branches" in p && "branches" in r) {
      const [fewer, more] = p._tag === "Select" ? [p.branches, r.branches] : [r.branches, p.branches];
      for (const label of fewer.keys()) {
        if (more.has(label))
          visit(p.branches.get(label)!, r.branches.get(label)!, pair, { _tag: "Chosen", label });
      }
    }
  }
  return { mismatch: null, pairs: visited.size };
};

/** What is wrong with a pair in itself. */
const misfit = (pair: Pair, p: State, r: State): Mismatch | null => {
  if (p._tag !== r._tag) return parts(pair, p, r, null);
  if ("next" in p && "next" in r) {
    const payload =
      p._tag === "Send" ? payloadMismatch(p.payload, r.payload) : payloadMismatch(r.payload, p.payload);
    return payload === null ? null : parts(pair, p, r, payload);
  }
  if ("branches" in p && "branches" in r) {
    const [fewer, more] = p._tag === "Select" ? [p.branches, r.branches] : [r.branches, p.branches];
    for (const label of fewer.keys()) if (!more.has(label)) return parts(pair, p, r, null);
  }
  return null;
};

const remembered = rememberPairs(
  (provided: Session, required: Session) => compare(provided, required).mismatch,
);

/** Where `provided` and `required` part; null where the wire fits. Remembered. */
export const mismatchOf = (provided: Session, required: Session): Mismatch | null =>
  provided.key === required.key ? null : remembered(provided, required);
