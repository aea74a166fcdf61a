/** Undo and redo: bytes come back as they were, and what somebody else wrote is never lost. */
import test from "ava";
import { isLeft } from "fp-ts/lib/Either.js";
import {
  type EditHistory,
  type HistoryStep,
  noHistory,
  recorded,
  redo,
  undo,
} from "../../src/edits/history.ts";

const right = (history: EditHistory, way: typeof undo, text: string): HistoryStep => {
  const turned = way(history, () => text);
  if (isLeft(turned)) throw new Error(JSON.stringify(turned.left));
  return turned.right;
};

test("edits are taken back and made again, the last first", (t) => {
  const texts = ["a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\nd\n"];
  let history = noHistory;
  for (let i = 1; i < texts.length; i++)
    history = recorded(history, `edit ${i}`, [{ file: "f", before: texts[i - 1]!, after: texts[i]! }]);
  const first = right(history, undo, texts[2]!);
  t.deepEqual([first.goal, first.texts[0]!.after], ["edit 2", texts[1]!]);
  const second = right(first.history, undo, texts[1]!);
  t.deepEqual([second.goal, second.texts[0]!.after], ["edit 1", texts[0]!]);
  t.deepEqual(
    undo(second.history, () => texts[0]!),
    { _tag: "Left", left: { _tag: "Nothing" } },
  );
  const again = right(second.history, redo, texts[0]!);
  t.deepEqual([again.goal, again.texts[0]!.after], ["edit 1", texts[1]!]);
});

test("a file that was changed since is left alone", (t) => {
  const history = recorded(noHistory, "scale a 2", [{ file: "f", before: "a", after: "b" }]);
  t.deepEqual(
    undo(history, () => "by hand"),
    {
      _tag: "Left",
      left: { _tag: "Changed", file: "f", goal: "scale a 2" },
    },
  );
  t.deepEqual(
    undo(history, () => null),
    {
      _tag: "Left",
      left: { _tag: "Changed", file: "f", goal: "scale a 2" },
    },
  );
});

test("what was undone cannot be made again after another edit", (t) => {
  const one = recorded(noHistory, "one", [{ file: "f", before: "a", after: "b" }]);
  const { history } = right(one, undo, "b");
  const other = recorded(history, "other", [{ file: "f", before: "a", after: "c" }]);
  t.true(isLeft(redo(other, () => "c")));
});
