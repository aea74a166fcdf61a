/**
 * How many steps the evaluation of a whole program takes: each definition has a bound of its own,
 * and many that keep to it may still take for ever together. What is evaluated when the budget is
 * used up comes to nothing, and is evaluated again when there may be room for it.
 */
import type { Graph } from "../core/incremental.ts";
import type { AnyComputed } from "../core/node.ts";

/** An edit that moves work from one definition to another may take so many rounds to find its room. */
const mostRounds = 16;

/** What a program takes of its budget. */
export class StepBudget {
  readonly #most: number;
  /** Of each node that was evaluated. */
  readonly #spent = new Map<AnyComputed, number>();
  #total = 0;
  #left = new Set<AnyComputed>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether the program takes more than it may: something of it was left out. */
  get isExceeded(): boolean {
    return this.#left.size > 0 || this.#total > this.#most;
  }

  /** Whether a node that is to be evaluated may be; if not, it is left out for now. */
  admits(node: AnyComputed): boolean {
    this.forget(node);
    if (this.#total <= this.#most) return true;
    this.#left.add(node);
    return false;
  }

  /** Notes the steps that a node took. */
  note(node: AnyComputed, steps: number): void {
    this.#total += steps - (this.#spent.get(node) ?? 0);
    if (steps > 0) this.#spent.set(node, steps);
  }

  /** A node is gone, or is evaluated anew. */
  forget(node: AnyComputed): void {
    this.#total -= this.#spent.get(node) ?? 0;
    this.#spent.delete(node);
    this.#left.delete(node);
  }

  /** Evaluates what was left out, as far as there is room. `run`: brings the graph up to date. */
  evaluateLeft(graph: Graph, run: () => void): void {
    for (let round = 0; round < mostRounds && this.#left.size > 0 && this.#total <= this.#most; round++) {
      this.retry(graph);
      run();
    }
  }

  /** Has what was left out evaluated again: something has changed. */
  retry(graph: Graph): void {
    const left = this.#left;
    this.#left = new Set();
    for (const node of left) graph.invalidate(node);
  }

  /** The node that takes most; null where none takes any. */
  get largest(): { readonly node: AnyComputed; readonly steps: number } | null {
    let largest: { readonly node: AnyComputed; readonly steps: number } | null = null;
    for (const [node, steps] of this.#spent)
      if (largest === null || steps > largest.steps) largest = { node, steps };
    return largest;
  }
}
