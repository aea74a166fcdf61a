import test from "ava";
import { doneLine, tally } from "../../src/core/tally.ts";

const some = (["create", "update", "create", "delete"] as const).map((op) => ({ op }));

test("operations are counted by what they do", (t) => {
  t.deepEqual(tally(some), { create: 2, update: 1, delete: 1 });
});

test("what was done is one line, its time as exact as a reader needs it", (t) => {
  t.is(doneLine(some, 12.4), "4 operations (+2 ~1 -1) in 12 ms");
  t.is(doneLine(some.slice(0, 1), 2.14), "1 operation (+1) in 2.1 ms");
  t.is(doneLine([], 1234), "0 operations in 1.2 s");
  t.is(doneLine([], 9.96), "0 operations in 10 ms");
  t.is(doneLine([], 999.7), "0 operations in 1.0 s");
});
