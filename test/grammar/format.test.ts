import { readdirSync, readFileSync } from "node:fs";
import test from "ava";
import { format } from "../../grammar/printer.ts";
import { readGolden, runGolden } from "../golden.ts";

const formatted = (text: string): string => {
  const result = format(text);
  if (result._tag === "Formatted") return result.text.replace(/\n$/, "");
  return result.problems.map(({ message, start }) => `at ${start}: ${message}`).join("\n");
};

const golden = readGolden("format.txt");
const actual = runGolden("format.txt", formatted);

for (const [index, { title, output }] of golden.entries()) {
  test(`formatting: ${title}`, (t) => {
    t.is(actual[index]!.output, output);
    t.not(output, "");
  });
}

test("what is formatted is formatted, and no longer than 100 columns where it was made of short pieces", (t) => {
  for (const { title, output } of golden.filter(({ title: name }) => !name.startsWith("a broken file"))) {
    t.is(formatted(output), output, title);
    for (const line of output.split("\n")) t.true(line.length <= 100, line);
  }
});

test("the examples are formatted", (t) => {
  const folder = new URL("../../../examples/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".arch"));
  for (const name of names) {
    const text = readFileSync(new URL(name, folder), "utf8");
    t.deepEqual(format(text), { _tag: "Formatted", text }, name);
  }
  t.true(names.length > 0);
});

test("texts of nothing but white space and comments keep their comments", (t) => {
  t.deepEqual(format(""), { _tag: "Formatted", text: "" });
  t.deepEqual(format(" \n\n"), { _tag: "Formatted", text: "" });
  t.deepEqual(format("\n\n-- a\n\n\n\n  {- b -}"), { _tag: "Formatted", text: "-- a\n\n{- b -}\n" });
});
