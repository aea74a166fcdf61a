import test from "ava";
import fc from "fast-check";
import { visible, visibleLine } from "../../src/core/visible.ts";

const unseen = /(?!\u200c|\u200d|\n|\t)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

test("nothing is left that is not seen, and all else stays", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      t.notRegex(visible(text), unseen);
      t.false(/[\n\t]/.test(visibleLine(text)));
      if (!unseen.test(text)) t.is(visible(text), text);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 500) },
  );
});

test("it is written as in a program", (t) => {
  t.is(visible("a\u001b[31m\u202eb\u{e0041}\n\t"), "a\\u{1b}[31m\\u{202e}b\\u{e0041}\n\t");
  t.is(visibleLine("a\nb"), "a\\u{a}b");
  t.is(visible("👩\u200d💻"), "👩\u200d💻");
});
