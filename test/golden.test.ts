/** Golden programs: each states in its first line what is wrong with it. */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import test from "ava";
import { renderDiagnostics } from "../src/cli/render/diagnostic.ts";
import { theme } from "../src/cli/render/theme.ts";
import { codes } from "../src/core/diagnostic.ts";
import { openProgram } from "../src/library.ts";
import { expected, found } from "./expectation.ts";
import { type GoldenCase, readGolden, updateGolden } from "./golden.ts";

const folder = resolve(import.meta.dirname, "../../test/golden");
const programs = readdirSync(folder)
  .filter((name) => name.endsWith(".arch"))
  .sort()
  .map((name) => ({ name, text: readFileSync(resolve(folder, name), "utf8") }));

for (const { name, text } of programs) test(name, (t) => t.is(found(name, text), expected(text)));

/** The whole report of each program that is wrong, as `check` shows it, beside the program. */
const reports = programs
  .filter(({ text }) => expected(text) !== "ok")
  .map(({ name, text }): GoldenCase => {
    const { diagnostics } = openProgram({ file: name, text });
    const output = renderDiagnostics(diagnostics, { sources: () => text, theme: theme(false) });
    return { title: name, input: text.trimEnd(), output: output.trimEnd() };
  });
updateGolden("errors.txt", reports);
const shown = new Map(readGolden("errors.txt").map((one) => [one.title, one]));

for (const { title, input, output } of reports)
  test(`${title}: every error is told as errors.txt shows it`, (t) => {
    const hint = "UPDATE_GOLDEN=1 writes test/golden/errors.txt anew, to be read as a diff";
    t.is(shown.get(title)?.input, input, hint);
    t.is(shown.get(title)?.output, output, hint);
  });

test("errors.txt shows no program that is not wrong any more", (t) => {
  t.true(reports.length > 70, `${reports.length}`);
  t.deepEqual(
    [...shown.keys()],
    reports.map(({ title }) => title),
  );
});

test("there are at least 150, and they meet every code that check can report of one file", (t) => {
  t.true(programs.length >= 150, `${programs.length}`);
  const met = new Set(
    programs.flatMap(({ text }) =>
      expected(text)
        .split(", ")
        .map((one) => one.split("@")[0]),
    ),
  );
  const elsewhere = [
    "import-not-found",
    "import-integrity",
    "import-cycle",
    "no-system",
    "missing-program",
    "missing-user",
    "missing-secret",
    "missing-directory",
    "port-taken",
  ];
  t.deepEqual(
    codes.filter((code) => !met.has(code) && !elsewhere.includes(code)),
    [],
  );
});
