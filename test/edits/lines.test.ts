/** Differences of texts, by lines. */
import test from "ava";
import fc from "fast-check";
import { hunks, splicesBetween } from "../../src/edits/lines.ts";
import { spliced } from "../../src/edits/splice.ts";

const lines = fc
  .array(fc.constantFrom("a", "b", "c", "", "long line"), { maxLength: 30 })
  .map((all) => all.join("\n"));

test("the splices between two texts make the one the other, both ways", (t) => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      t.is(spliced(before, splicesBetween("f", before, after)), after);
      t.is(spliced(after, splicesBetween("f", after, before)), before);
    }),
  );
});

test("equal texts have none, and a line that changed is one", (t) => {
  t.deepEqual(splicesBetween("f", "a\nb\n", "a\nb\n"), []);
  t.deepEqual(splicesBetween("f", "a\nx = 1\nb\n", "a\nx = 25\nb\n"), [
    { file: "f", start: 6, end: 7, text: "25" },
  ]);
  t.deepEqual(
    hunks("a\nb\nc\nd\n", "b\nc\nX\nd\n").map(({ removed, inserted }) => [removed, inserted]),
    [
      [["a\n"], []],
      [[], ["X\n"]],
    ],
  );
});

test("splices that overlap are none", (t) => {
  t.is(
    spliced("abc", [
      { file: "f", start: 0, end: 2, text: "" },
      { file: "f", start: 1, end: 3, text: "" },
    ]),
    null,
  );
});
