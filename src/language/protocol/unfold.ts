/** From a plan to the states that it means. */
import type { Instruction, Plan } from "./plan.ts";
import type { State } from "./session.ts";

/** The other side's word for each direction. */
export const flipped = { Send: "Receive", Receive: "Send", Select: "Offer", Offer: "Select" } as const;

/**
 * A point of an unfolding: an instruction, whether it is seen from the other side, and
 * what takes the place of its end (0: nothing, else the number of such a point).
 */
interface Point {
  readonly at: number;
  readonly flip: boolean;
  readonly rest: number;
}

/** Numbers points, the same always alike. */
class Points {
  readonly all: Point[] = [];
  readonly #numbers = new Map<number, number>();
  readonly #instructions: number;

  constructor(instructions: number) {
    this.#instructions = instructions;
  }

  numberOf(at: number, flip: boolean, rest: number): number {
    const key = (rest * this.#instructions + at) * 2 + (flip ? 1 : 0);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.all.length);
    return this.all.push({ at, flip, rest }) - 1;
  }
}

/**
 * The states reached from `root`, or null where there would be more than `limit`, or
 * more than so many sequences within each other. Every recursion of the plan must be
 * guarded, and no variable stand left of `;`.
 */
export const unfold = (
  plan: Plan,
  root: number,
  limit: number,
): { states: State[]; start: number } | null => {
  const points = new Points(plan.size);
  const rests = new Points(plan.size);
  rests.numberOf(0, false, 0); // 0 is "nothing": never asked for
  /** Follows jumps, duals and sequences to the point that says something. */
  const settle = (from: number, flipAt: boolean, restAt: number): number => {
    let [at, flip, rest] = [from, flipAt, restAt];
    for (;;) {
      const instruction = plan.instructions[at] as Instruction;
      switch (instruction._tag) {
        case "Jump":
          at = instruction.to;
          continue;
        case "Dual":
          at = instruction.of;
          flip = !flip;
          continue;
        case "Then":
          rest = rests.numberOf(instruction.second, flip, rest);
          at = instruction.first;
          continue;
        case "End":
          if (rest === 0) return points.numberOf(0, false, 0);
          ({ at, flip, rest } = rests.all[rest]!);
          continue;
        case "Send":
        case "Receive":
        case "Select":
        case "Offer":
          return points.numberOf(at, flip, rest);
      }
    }
  };
  const start = settle(root, false, 0);
  const states: State[] = [];
  while (states.length < points.all.length) {
    if (points.all.length > limit || rests.all.length > limit) return null;
    const { at, flip, rest } = points.all[states.length]!;
    const said = plan.instructions[at] as Extract<Instruction, State>;
    if (said._tag === "End") states.push(said);
    else if ("next" in said) {
      const next = settle(said.next, flip, rest);
      states.push({ _tag: flip ? flipped[said._tag] : said._tag, payload: said.payload, next });
    } else {
      const branches = new Map<string, number>();
      for (const [label, to] of said.branches) branches.set(label, settle(to, flip, rest));
      states.push({ _tag: flip ? flipped[said._tag] : said._tag, branches });
    }
  }
  return { states, start };
};
