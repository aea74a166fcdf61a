/**
 * A protocol between its text and its graph: instructions that refer to each other by
 * index, with recursion, duals and sequences still as they were written.
 */
import type { Payload, Session } from "./session.ts";

export type Instruction =
  | { readonly _tag: "End" }
  | { readonly _tag: "Send" | "Receive"; readonly payload: Payload; readonly next: number }
  | { readonly _tag: "Select" | "Offer"; readonly branches: ReadonlyMap<string, number> }
  /** Goes on elsewhere at once: `mu` with its body, a recursion variable with its `mu`. */
  | { readonly _tag: "Jump"; readonly to: number }
  | { readonly _tag: "Dual"; readonly of: number }
  | { readonly _tag: "Then"; readonly first: number; readonly second: number };

/** The index of `End` in every plan. */
export const theEnd = 0;

export class Plan {
  readonly instructions: (Instruction | undefined)[] = [{ _tag: "End" }];
  readonly #embedded = new Map<string, number>();
  /** What `endsAtOnce` has answered, so that long chains of `;` stay linear. */
  readonly #ends = new Map<number, boolean>();

  get size(): number {
    return this.instructions.length;
  }

  /** A place for an instruction that is written later. */
  reserve(): number {
    return this.instructions.push(undefined) - 1;
  }

  write(index: number, instruction: Instruction): void {
    this.instructions[index] = instruction;
  }

  /** Where the states of a finished session begin in this plan. */
  embed(session: Session): number {
    const known = this.#embedded.get(session.key);
    if (known !== undefined) return known;
    const base = this.instructions.length;
    for (const state of session.states) {
      if (state._tag === "End") this.instructions.push(state);
      else if ("next" in state) this.instructions.push({ ...state, next: base + state.next });
      else {
        const branches = new Map([...state.branches].map(([label, to]) => [label, base + to] as const));
        this.instructions.push({ ...state, branches });
      }
    }
    this.#embedded.set(session.key, base + session.start);
    return base + session.start;
  }

  /** Whether a part that has been read can be over before anything is said. */
  endsAtOnce(index: number): boolean {
    const answer = this.#searchEnd(index);
    this.#ends.set(index, answer);
    return answer;
  }

  #searchEnd(index: number): boolean {
    const stack = [index];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const known = this.#ends.get(at);
      if (known === false) return false;
      if (known === true) continue;
      const instruction = this.instructions[at]!;
      switch (instruction._tag) {
        case "End":
          break;
        case "Jump":
          // Backwards only to a `mu` around it: such a variable is an error of its own.
          if (instruction.to <= at) return false;
          stack.push(instruction.to);
          break;
        case "Dual":
          stack.push(instruction.of);
          break;
        case "Then":
          stack.push(instruction.second, instruction.first);
          break;
        case "Send":
        case "Receive":
        case "Select":
        case "Offer":
          return false;
      }
    }
    return true;
  }
}
