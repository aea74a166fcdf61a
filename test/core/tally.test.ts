import { readdirSync, readFileSync } from "node:fs";
import test from "ava";
import { counted, doneLine, grouped, tally } from "../../src/core/tally.ts";

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
  t.is(doneLine([], 0), "0 operations in 0.1 ms", "nothing takes no time");
});

test("one is told as one", (t) => {
  t.is(counted(1, "instance"), "1 instance");
  t.is(counted(0, "instance"), "0 instances");
  t.is(counted(2, "instance goes", "instances go"), "2 instances go");
  t.is(grouped(1, "step"), "1 step");
  t.is(grouped(10_000, "step"), "10,000 steps");
});

/** A number that counts something, and a word in the plural behind it, without looking whether it is one. */
const plural =
  /\$\{(?![^}]*(?:counted|grouped)\()[^}]*(?:length|size|count|steps|depth|digits)\b[^}]*\} (?:more |other |earlier )?[a-z]+s\b/gi;
/** What is no plural, or told only of several. */
const allowed = /\} (?:is|was|has|takes|as|ways|times)\b/;

test("whatever counts things in a message looks whether it is one", (t) => {
  const root = new URL("../../", import.meta.url);
  const found = ["src", "runtime", "grammar", "passes"].flatMap((room) =>
    readdirSync(new URL(room, root), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .flatMap((path) =>
        [...readFileSync(new URL(`${room}/${path}`, root), "utf8").matchAll(plural)]
          .filter(([text]) => !allowed.test(text))
          .map(([text]) => `${room}/${path}: ${text}`),
      ),
  );
  t.deepEqual(found, [], "use `counted` of src/core/tally.ts");
});
