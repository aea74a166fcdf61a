/** Edits that were made, so that they can be undone and made again: as what each put in the place of what. */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { hashOf } from "./hash.ts";
import { splicesBetween } from "./lines.ts";
import { type Splice, spliced, type TextChange } from "./splice.ts";

/** One file of an edit. */
export interface EditedFile {
  readonly file: string;
  /** Of the text before, and after. */
  readonly before: string;
  readonly after: string;
  /** From before to after, and back. */
  readonly forward: readonly Splice[];
  readonly back: readonly Splice[];
}

/** One edit. */
export interface Edited {
  /** The goal, in words. */
  readonly goal: string;
  readonly files: readonly EditedFile[];
}

/** Edits that were made, the last one last, and those of them that were undone, the last undone last. */
export interface EditHistory {
  readonly done: readonly Edited[];
  readonly undone: readonly Edited[];
}

/** Nothing was edited. */
export const noHistory: EditHistory = { done: [], undone: [] };

/** So many edits are kept. */
const most = 100;

/** The history after an edit: what was undone cannot be made again. */
export const recorded = (history: EditHistory, goal: string, texts: readonly TextChange[]): EditHistory => {
  const files = texts.map(({ file, before, after }) => ({
    file,
    before: hashOf(before),
    after: hashOf(after),
    forward: splicesBetween(file, before, after),
    back: splicesBetween(file, after, before),
  }));
  return { done: [...history.done, { goal, files }].slice(-most), undone: [] };
};

/** What undoing or redoing comes to. */
export interface HistoryStep {
  readonly goal: string;
  readonly texts: readonly TextChange[];
  readonly history: EditHistory;
}

/** Why it cannot be: there is nothing, or a file is not as the edit left it. */
export type HistoryRefusal =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Changed"; readonly file: string; readonly goal: string };

const turn = (
  { goal, files }: Edited,
  way: "forward" | "back",
  textOf: (file: string) => string | null,
): Either<HistoryRefusal, readonly TextChange[]> => {
  const texts: TextChange[] = [];
  for (const one of files) {
    const before = textOf(one.file);
    const expected = way === "back" ? one.after : one.before;
    const after = before === null || hashOf(before) !== expected ? null : spliced(before, one[way]);
    if (before === null || after === null) return left({ _tag: "Changed", file: one.file, goal });
    texts.push({ file: one.file, before, after });
  }
  return right(texts);
};

/** Takes the last edit back; the files must be as it left them. */
export const undo = (
  { done, undone }: EditHistory,
  textOf: (file: string) => string | null,
): Either<HistoryRefusal, HistoryStep> => {
  const last = done.at(-1);
  if (last === undefined) return left({ _tag: "Nothing" });
  const turned = turn(last, "back", textOf);
  if (turned._tag === "Left") return turned;
  const history = { done: done.slice(0, -1), undone: [...undone, last] };
  return right({ goal: last.goal, texts: turned.right, history });
};

/** Makes the edit again that was undone last. */
export const redo = (
  { done, undone }: EditHistory,
  textOf: (file: string) => string | null,
): Either<HistoryRefusal, HistoryStep> => {
  const last = undone.at(-1);
  if (last === undefined) return left({ _tag: "Nothing" });
  const turned = turn(last, "forward", textOf);
  if (turned._tag === "Left") return turned;
  const history = { done: [...done, last], undone: undone.slice(0, -1) };
  return right({ goal: last.goal, texts: turned.right, history });
};
