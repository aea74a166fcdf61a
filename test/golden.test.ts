/** Golden programs: each states in its first line what is wrong with it. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import test from "ava";
import { codes } from "../src/core/diagnostic.ts";
import { expected, found } from "./expectation.ts";

const folder = resolve(import.meta.dirname, "../../test/golden");
const programs = readdirSync(folder)
  .filter((name) => name.endsWith(".arch"))
  .map((name) => ({ name, text: readFileSync(resolve(folder, name), "utf8") }));

for (const { name, text } of programs) test(name, (t) => t.is(found(name, text), expected(text)));

test("there are at least 150, and they meet every code that check can report of one file", (t) => {
  t.true(programs.length >= 150, `${programs.length}`);
  const met = new Set(
    programs.flatMap(({ text }) =>
      expected(text)
        .split(", ")
        .map((one) => one.split("@")[0]),
    ),
  );
  const elsewhere = ["import-not-found", "import-integrity", "import-cycle", "no-system"];
  t.deepEqual(
    codes.filter((code) => !met.has(code) && !elsewhere.includes(code)),
    [],
  );
});
