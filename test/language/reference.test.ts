/** Every block of the reference is what it says it is. */
import { readFileSync } from "node:fs";
import test from "ava";
import { builtins } from "../../src/language/builtins/builtins.ts";
import { show } from "../../src/language/show.ts";
import { defaultLimits } from "../../src/language/world.ts";
import { openProgram } from "../../src/library.ts";
import { run } from "./program.ts";

const page = readFileSync(new URL("../../../docs/language.md", import.meta.url), "utf8");

/** The blocks of one kind, with the lines where they begin. */
const blocks = (kind: string): readonly { readonly line: number; readonly text: string }[] =>
  [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === kind)
    .map((match) => ({ line: page.slice(0, match.index).split("\n").length, text: match[2]! }));

test("every expression has the value that stands behind it", (t) => {
  let count = 0;
  for (const { line, text } of blocks("eval")) {
    const declarations: string[] = [];
    for (const written of text.trimEnd().split("\n")) {
      const parts = /^(.*?) +-- (.*)$/.exec(written);
      if (parts === null) {
        declarations.push(written);
        continue;
      }
      const [, expression, expected] = parts as unknown as [string, string, string];
      const { value, problems } = run(expression, declarations.join("\n"));
      const found =
        problems.length > 0 ? problems.map(({ code }) => `error[${code}]`).join(" ") : show(value);
      t.is(found, expected, `${expression} (block at line ${line})`);
      count++;
    }
  }
  t.true(count > 60, `${count} expressions`);
});

test("every program is well, or has the errors that it expects", (t) => {
  const programs = blocks("architect");
  t.true(programs.length >= 5);
  for (const { line, text } of programs) {
    const { diagnostics } = openProgram({ file: "page.arch", text });
    const found = diagnostics.map(({ code, range }) => `${code}@${range.start.line}`).join(", ");
    const expected = /^-- expect: (.*)$/m.exec(text)?.[1] ?? "";
    t.is(found, expected, `block at line ${line}`);
  }
});

test("every block is of a kind that is run", (t) => {
  const kinds = new Set([...page.matchAll(/^```(\w+)$/gm)].map((match) => match[1]));
  t.deepEqual([...kinds].sort(), ["architect", "eval"]);
});

const generated = (name: string): string =>
  new RegExp(`<!-- ${name}: kept true by a test -->\\n([\\s\\S]*?)<!-- end -->`).exec(page)![1]!;

test("the table of built-in functions is that of the evaluator", (t) => {
  const rows = [...builtins]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { parameters, variadic, doc }]) => {
      const dots = variadic === true ? ", …" : "";
      return `| \`${name}(${parameters.join(", ")}${dots})\` | ${doc} |`;
    });
  t.is(generated("built-in functions"), `| function | gives |\n|---|---|\n${rows.join("\n")}\n`);
});

test("the table of limits is that of the evaluator", (t) => {
  const { steps, depth, size, digits, states } = defaultLimits;
  const number = (value: number): string => value.toLocaleString("en");
  t.is(
    generated("limits"),
    `| bound | default |
|---|---|
| steps of evaluation for one definition (about one a term) | ${number(steps)} |
| calls within one another | ${number(depth)} |
| elements of a list, characters of a string, instances of an automaton | ${number(size)} |
| digits of a number | ${number(digits)} |
| states of one protocol | ${number(states)} |
`,
  );
});
