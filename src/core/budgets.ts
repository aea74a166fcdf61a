/** The summaries of passes that are bounded: of the tree before a batch, and with it. */
import type { CellSource, ReadCell } from "./cell-key.ts";
import type { AnyPass } from "./pass.ts";

/** A budget that a batch goes beyond. */
export interface Exceeded {
  readonly message: string;
}

/** Of a batch that replaces what many members take, the total is known only when all are folded: until then it may be so many times too much. */
const slack = 2;

/** Keeps up the totals of passes that have a budget, while a batch is folded. */
export class Budgets {
  /** By pass. */
  readonly #totals: number[];
  readonly #passes: readonly AnyPass<unknown>[];
  readonly #cell: ReadCell;
  /** The pass of which something was replaced last; null: none yet. */
  #latest: number | null = null;

  /** `summaryOf` gives a pass's summary of the tree before the batch. */
  constructor(passes: readonly AnyPass<never>[], summaryOf: (pass: number) => unknown, cell: CellSource) {
    this.#passes = passes as unknown as readonly AnyPass<unknown>[];
    this.#totals = passes.map(({ budget }, pass) => (budget === undefined ? 0 : (summaryOf(pass) as number)));
    this.#cell = cell as ReadCell;
  }

  /** Notes the attribute of a member in place of another; undefined: there is none. */
  replace(pass: number, before: unknown, after: unknown): void {
    const { budget, summary } = this.#passes[pass]!;
    if (budget === undefined) return;
    const takes = after === undefined ? 0 : summary.of(after);
    this.#totals[pass]! += takes - (before === undefined ? 0 : summary.of(before));
    this.#latest = pass;
  }

  /** Whether the pass takes more than it may; `isFolded`: whether every member is what it will be. */
  exceeded(pass: number, isFolded: boolean): Exceeded | null {
    const budget = this.#passes[pass]!.budget;
    if (budget === undefined || this.#latest !== pass) return null;
    const most = budget.most(this.#cell);
    if (this.#totals[pass]! <= most * (isFolded ? 1 : slack)) return null;
    return { message: budget.exceeded(most) };
  }
}
