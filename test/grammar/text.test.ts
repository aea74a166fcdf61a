import test from "ava";
import fc from "fast-check";
import { Text } from "../../grammar/text.ts";

const words = fc.string({ unit: fc.constantFrom("a", "b", "\n", "é", "😀"), maxLength: 12 });
const edits = fc.array(fc.tuple(fc.nat(), fc.nat(8), words), { maxLength: 40 });

test("a text edited by ranges is the string that the same edits make, also in part", (t) => {
  fc.assert(
    fc.property(words, edits, fc.nat(), fc.nat(20), (start, steps, from, length) => {
      let [text, plain] = [Text.of(start), start];
      for (const [at, gone, word] of steps) {
        const first = at % (plain.length + 1);
        const end = Math.min(plain.length, first + gone);
        const before = text;
        [text, plain] = [text.replaced(first, end, word), plain.slice(0, first) + word + plain.slice(end)];
        t.is(before.length + word.length - (end - first), text.length);
      }
      const first = from % (plain.length + 1);
      t.is(text.slice(first, first + length), plain.slice(first, first + length));
      t.is(text.length, plain.length);
      t.is(text.toString(), plain);
      t.is(text.slice(first), plain.slice(first));
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 500) },
  );
});

test("many edits are joined, and those before them stay as they were", (t) => {
  const first = Text.of("0".repeat(10_000));
  let text = first;
  let plain = first.toString();
  for (let i = 0; i < 3_000; i++) {
    const at = (i * 7919) % plain.length;
    text = text.replaced(at, at + 1, `${i % 10}`);
    plain = plain.slice(0, at) + (i % 10) + plain.slice(at + 1);
  }
  t.is(text.toString(), plain);
  t.is(first.toString(), "0".repeat(10_000));
});
