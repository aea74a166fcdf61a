import test from "ava";
import type { Clock } from "../../src/core/clock.ts";
import { Journal } from "../../src/live/journal/journal.ts";

/** A clock at which a second passes with each look. */
const ticking = (): Clock => {
  let seconds = 0;
  return {
    now: () => 0,
    wallTime: () => 1_000 * seconds++,
    after: () => () => {},
    every: () => () => {},
    soon: () => {},
    later: () => {},
  };
};

test("entries since a moment, in order", (t) => {
  const journal = new Journal(ticking());
  for (const text of ["a", "b", "c"]) journal.tell("set", null, text);
  const since = (moment: number): readonly string[] => journal.since(moment).map(({ text }) => text);
  t.deepEqual(since(0), ["a", "b", "c"]);
  t.deepEqual(since(1_000), ["b", "c"]);
  t.deepEqual(since(1_001), ["c"]);
  t.deepEqual(since(2_001), []);
});

test("the history is bounded, and says what it lost", (t) => {
  const journal = new Journal(ticking());
  const count = 45_000;
  for (let i = 0; i < count; i++) journal.tell("set", null, String(i));
  const [first, ...rest] = journal.since(0);
  t.true(rest.length >= 10_000 && rest.length <= 20_000);
  t.like(first, { event: "missed", text: `${count - rest.length} earlier events are not kept` });
  t.is(rest.at(-1)!.text, String(count - 1));
  t.is(rest[0]!.text, String(count - rest.length));
  t.is(journal.since(1_000 * (count - 3)).length, 3, "nothing that was asked for is lost");
});
