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
  /** Whether there were more pairs than allowed, so that it is not known whether all fit. */
  readonly exceeded: boolean;
}

/** The most pairs that are looked at: about a second's work. */
export const mostPairs = 4_000_000;

/** Pairs of states in the order in which they were found, each once. */
class Pairs {
  /** The numbers of provided and required state, as one number. */
  readonly codes: number[] = [];
  /** The index of the pair from which each was found; -1 of the first. */
  readonly from: number[] = [];
  readonly #seen: Uint8Array | Set<number>;

  constructor(size: number) {
    this.#seen = size <= 0x8000000 ? new Uint8Array((size >>> 3) + 1) : new Set();
  }

  add(code: number, from: number): void {
    if (this.#seen instanceof Set) {
      if (this.#seen.has(code)) return;
      this.#seen.add(code);
    } else {
      const bit = 1 << (code & 7);
      if ((this.#seen[code >>> 3]! & bit) !== 0) return;
      this.#seen[code >>> 3]! |= bit;
    }
    this.codes.push(code);
    this.from.push(from);
  }
}

/**
 * Compares `provided ≤ required`: looks breadth-first for a reachable pair of states
 * that do not fit, so that the way to the first one found is a shortest.
 */
export const compare = (provided: Session, required: Session, most = mostPairs): Comparison => {
  if (provided.key === required.key) return { mismatch: null, pairs: 0, exceeded: false };
  const width = required.states.length;
  const pairs = new Pairs(provided.states.length * width);
  pairs.add(provided.start * width + required.start, -1);
  for (let i = 0; i < pairs.codes.length; i++) {
    if (pairs.codes.length > most) return { mismatch: null, pairs: pairs.codes.length, exceeded: true };
    const code = pairs.codes[i]!;
    const [p, r] = [provided.states[Math.floor(code / width)]!, required.states[code % width]!];
    const wrong = misfit(p, r);
    if (wrong !== null) {
      const path = wayTo(i, pairs, provided, required);
      return {
        mismatch: { path, provided: p, required: r, ...wrong },
        pairs: pairs.codes.length,
        exceeded: false,
      };
    }
    if ("next" in p && "next" in r) pairs.add(p.next * width + r.next, i);
    else if ("branches" in p && "branches" in r) {
      const [fewer] = byLabels(p, r);
      for (const label of fewer.keys()) pairs.add(p.branches.get(label)! * width + r.branches.get(label)!, i);
    }
  }
  return { mismatch: null, pairs: pairs.codes.length, exceeded: false };
};

/** The steps of the provider from the start to the pair at an index. */
const wayTo = (index: number, pairs: Pairs, provided: Session, required: Session): readonly StepTaken[] => {
  const width = required.states.length;
  const path: StepTaken[] = [];
  for (let at = index; pairs.from[at]! >= 0; at = pairs.from[at]!) {
    const [code, to] = [pairs.codes[pairs.from[at]!]!, pairs.codes[at]!];
    const [p, r] = [provided.states[Math.floor(code / width)]!, required.states[code % width]!];
    if ("next" in p) path.push({ _tag: "Said", state: p });
    else if ("branches" in p && "branches" in r) {
      const labels = [...byLabels(p, r)[0].keys()];
      const label = labels.find((one) => p.branches.get(one)! * width + r.branches.get(one)! === to)!;
      path.push({ _tag: "Chosen", label });
    }
  }
  return path.reverse();
};

type Choice = Extract<State, { readonly branches: unknown }>;

/** The labels that must be there on both sides, and those among which they must be. */
const byLabels = (p: Choice, r: Choice): readonly [Choice["branches"], Choice["branches"]] =>
  p._tag === "Select" ? [p.branches, r.branches] : [r.branches, p.branches];

/** What is wrong with a pair in itself. */
const misfit = (p: State, r: State): Pick<Mismatch, "payload"> | null => {
  if (p._tag !== r._tag) return { payload: null };
  if ("next" in p && "next" in r) {
    const payload =
      p._tag === "Send" ? payloadMismatch(p.payload, r.payload) : payloadMismatch(r.payload, p.payload);
    return payload && { payload };
  }
  if ("branches" in p && "branches" in r) {
    const [fewer, more] = byLabels(p, r);
    for (const label of fewer.keys()) if (!more.has(label)) return { payload: null };
  }
  return null;
};

const remembered = rememberPairs((provided: Session, required: Session) => {
  const { mismatch, exceeded } = compare(provided, required);
  return exceeded ? ("exceeded" as const) : mismatch;
});

/**
 * Where `provided` and `required` part; null where the wire fits, `exceeded` where they
 * are too large to be compared. Remembered.
 */
export const mismatchOf = (provided: Session, required: Session): Mismatch | null | "exceeded" =>
  provided.key === required.key ? null : remembered(provided, required);
