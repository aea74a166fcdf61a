/** Changing the text of a system from a page: every change is shown as text and as a plan before it is made. */
import type { Either } from "fp-ts/lib/Either.js";
import type { PageRefusal } from "./protocol.ts";

/** One way to reach a goal. */
export interface OfferedChoice {
  readonly title: string;
  /** The lines that change, what else should be known, and the plan, in words. */
  readonly text: string;
}

/** What there is to do for a goal. */
export interface Offer {
  /** By it a choice is made later; only the latest offer counts. */
  readonly offer: number;
  /** None: it is so already. The best comes first. */
  readonly choices: readonly OfferedChoice[];
}

/** Undoing or redoing an edit: what it was for, and the lines that change. */
export interface TurnedEdit {
  readonly goal: string;
  readonly text: string;
}

/** Edits of the text of one system. */
export interface Editing {
  /** `goal`: in the words of `architect edit`. Changes nothing. */
  propose(goal: string): Promise<Either<PageRefusal, Offer>>;
  /** Writes a choice, numbered from 0; what was done, in words. */
  choose(offer: number, choice: number): Promise<Either<PageRefusal, string>>;
  /** `isTried`: only shows what it would change. */
  turn(way: "undo" | "redo", isTried: boolean): Promise<Either<PageRefusal, TurnedEdit>>;
}
