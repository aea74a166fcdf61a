import test from "ava";
import fc from "fast-check";
import { ExactNumber, exactNumberOf, jsonText, numberOf } from "../../src/core/json-text.ts";
import { unseen as unseenCharacters } from "../../src/core/visible.ts";

const unseen = /(?!\u200c|\u200d|\n|\t)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;
const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 300) };

test("it is what JSON.stringify writes, but that nothing is in it that is not seen", (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, space) => {
      const text = jsonText(value, space);
      t.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      t.notRegex(text, unseen);
      const plain = JSON.stringify(value, null, space);
      if (!plain.replaceAll("\n", "").match(unseenCharacters)) t.is(text, plain);
    }),
    runs,
  );
  t.is(jsonText("\u202e\u{e0041}\u009b"), String.raw`"\u202e\udb40\udc41\u009b"`);
});

test("what is not there has no field, and is null in a list", (t) => {
  const value = { a: undefined, b: [undefined, Number.NaN], c: {}, d: [] };
  t.is(jsonText(value), JSON.stringify(value));
  t.is(jsonText(value, 2), JSON.stringify(value, null, 2));
});

const digits = fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat(30)).map(([n, places]) => {
  const sign = n < 0n ? "-" : "";
  const all = `${n < 0n ? -n : n}`.padStart(places + 1, "0");
  return sign + (places === 0 ? all : `${all.slice(0, -places)}.${all.slice(-places)}`);
});

test("a number is written with the very digits that it has, also after other writers of JSON", (t) => {
  fc.assert(
    fc.property(digits, (text) => {
      const number = numberOf(text);
      t.is(jsonText([number]), `[${text}]`);
      const sent: unknown = JSON.parse(JSON.stringify({ number })).number;
      t.is(jsonText(exactNumberOf(sent) ?? sent), text);
    }),
    runs,
  );
  for (const text of ["0.1", "1.5", "9007199254740992", "0"]) t.is(numberOf(text), Number(text));
  for (const text of ["9007199254740993", `1${"0".repeat(21)}`, "0.0000001"])
    t.deepEqual(numberOf(text), new ExactNumber(text));
});

test("nothing else is taken for an exact number", (t) => {
  for (const value of [null, 1, "1", { digits: 1 }, { digits: "x" }, { digits: "1", more: 1 }, ["1"]])
    t.is(exactNumberOf(value), null);
});
