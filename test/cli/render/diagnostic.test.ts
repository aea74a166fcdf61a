import test from "ava";
import { renderDiagnostic, renderDiagnostics } from "../../../src/cli/render/diagnostic.ts";
import { theme } from "../../../src/cli/render/theme.ts";
import type { Diagnostic, Range } from "../../../src/core/diagnostic.ts";

const range = (line: number, column: number, endLine: number, endColumn: number): Range => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
});

const wrong = (over: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "unknown-name",
  severity: "error",
  message: "there is no name `stroe`",
  file: "a.arch",
  range: range(1, 9, 1, 14),
  hints: [],
  ...over,
});

const show = (source: string, diagnostic: Diagnostic, others: Record<string, string> = {}): string =>
  `\n${renderDiagnostic(diagnostic, { sources: (file) => (file === "a.arch" ? source : (others[file] ?? null)), theme: theme(false) })}`;

test("a span on one line is underlined", (t) => {
  t.is(
    show("let x = stroe", wrong()),
    `
a.arch:1:9: error[unknown-name]: there is no name \`stroe\`
  |
1 | let x = stroe
  |         ^^^^^
`,
  );
});

test("a fix, and another place in another file with a wider line number", (t) => {
  t.is(
    show(
      "let x = stroe",
      wrong({
        hints: [
          {
            message: "did you mean store?",
            fix: { file: "a.arch", range: range(1, 9, 1, 14), text: "store" },
          },
          { message: "", fix: { file: "a.arch", range: range(1, 9, 1, 14), text: "lib.store" } },
          { message: "it is defined here", place: { file: "lib.arch", range: range(12, 5, 12, 10) } },
        ],
      }),
      { "lib.arch": `${"\n".repeat(11)}let store = 1` },
    ),
    `
a.arch:1:9: error[unknown-name]: there is no name \`stroe\`
   |
 1 | let x = stroe
   |         ^^^^^
   = help: did you mean store?
   = help: write \`lib.store\`
   = note: it is defined here
  --> lib.arch:12:5
   |
12 | let store = 1
   |     -----
`,
  );
});

test("tabs are widened and wide characters counted by their columns", (t) => {
  t.is(
    show('\tlet 名 = "猫" + stroe\t-- x', wrong({ range: range(1, 16, 1, 21) })),
    `
a.arch:1:16: error[unknown-name]: there is no name \`stroe\`
  |
1 |     let 名 = "猫" + stroe   -- x
  |                     ^^^^^
`,
  );
});

test("an empty span at the end of the text has one mark", (t) => {
  t.is(
    show("let x =", wrong({ range: range(1, 8, 1, 8) })),
    `
a.arch:1:8: error[unknown-name]: there is no name \`stroe\`
  |
1 | let x =
  |        ^
`,
  );
});

test("another place on the same line is marked beside the span", (t) => {
  t.is(
    show(
      "instances 1  instances 2",
      wrong({
        range: range(1, 14, 1, 23),
        hints: [{ message: "the first one is here", place: { file: "a.arch", range: range(1, 1, 1, 10) } }],
      }),
    ),
    `
a.arch:1:14: error[unknown-name]: there is no name \`stroe\`
  |
1 | instances 1  instances 2
  | ---------    ^^^^^^^^^
  = note: the first one is here
`,
  );
});

test("a span of a few lines is barred, and one of many loses its middle", (t) => {
  const source = "automaton x {\n  instances 1\n  name 2\n  restart never\n\n  a\n}\nrest";
  t.is(
    show(source, wrong({ range: range(1, 1, 3, 9) })),
    `
a.arch:1:1: error[unknown-name]: there is no name \`stroe\`
  |
1 | | automaton x {
2 | |   instances 1
3 | |   name 2
  | |________^
`,
  );
  t.is(
    show(source, wrong({ range: range(1, 1, 7, 2) })),
    `
a.arch:1:1: error[unknown-name]: there is no name \`stroe\`
  |
1 | | automaton x {
2 | |   instances 1
3 | |   name 2
… | |
7 | | }
  | |_^
`,
  );
});

test("control characters of a source cannot drive the terminal", (t) => {
  t.is(
    show("\u001b[31mred\u202e stroe", wrong({ range: range(1, 11, 1, 16) })),
    `
a.arch:1:11: error[unknown-name]: there is no name \`stroe\`
  |
1 | ␛[31mred� stroe
  |           ^^^^^
`,
  );
});

test("of a very long line only what is around the span is shown", (t) => {
  const shown = show(
    `${"x".repeat(5000)} stroe ${"y".repeat(5000)}`,
    wrong({ range: range(1, 5002, 1, 5007) }),
  );
  t.true(shown.includes(`1 | …${"x".repeat(59)} stroe ${"y".repeat(59)}…\n`), shown);
  t.true(shown.includes(`  | ${" ".repeat(61)}^^^^^\n`), shown);
});

test("a file that cannot be shown still has its message", (t) => {
  t.is(
    `\n${renderDiagnostic(wrong({ file: "gone.arch" }), { sources: () => null, theme: theme(false) })}`,
    `
gone.arch:1:9: error[unknown-name]: there is no name \`stroe\`
`,
  );
});

test("several are kept apart and counted; none is nothing", (t) => {
  const sources = (): string => "let x = stroe";
  t.is(renderDiagnostics([], { sources, theme: theme(false) }), "");
  const text = renderDiagnostics([wrong(), wrong({ severity: "warning" })], { sources, theme: theme(false) });
  t.regex(text, /\^\n\na\.arch:1:9: warning/);
  t.regex(text, /\n\n1 error, 1 warning\n$/);
});

test("colour changes how it looks, not what it says", (t) => {
  const diagnostic = wrong({
    hints: [{ message: "see", place: { file: "a.arch", range: range(1, 5, 1, 6) } }],
  });
  const plain = renderDiagnostic(diagnostic, { sources: () => "let x = stroe", theme: theme(false) });
  const painted = renderDiagnostic(diagnostic, { sources: () => "let x = stroe", theme: theme(true) });
  t.not(painted, plain);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
  t.is(painted.replaceAll(/\x1b\[[\d;]*m/g, ""), plain);
});

test("a byte order mark is nothing to see", (t) => {
  t.is(
    show("\uFEFFlet x = stroe", wrong({ range: range(1, 9, 1, 14) })),
    `
a.arch:1:9: error[unknown-name]: there is no name \`stroe\`
  |
1 | let x = stroe
  |         ^^^^^
`,
  );
});

test("on a terminal, long messages are broken at blanks", (t) => {
  const diagnostic = wrong({
    message: "nothing is called `stroe` here, and nothing that is called like that is near enough",
    hints: [{ message: "names are looked for in the file itself and in what it imports by name" }],
  });
  t.is(
    `\n${renderDiagnostic(diagnostic, { sources: () => "let x = stroe", theme: theme(false), room: 60 })}`,
    `
a.arch:1:9: error[unknown-name]: nothing is called \`stroe\`
  here, and nothing that is called like that is near enough
  |
1 | let x = stroe
  |         ^^^^^
  = note: names are looked for in the file itself and in
          what it imports by name
`,
  );
});

test("on a terminal, a line of the source is cut behind its marks", (t) => {
  const shown = (text: string): string =>
    renderDiagnostic(wrong({ message: "no" }), { sources: () => text, theme: theme(false), room: 40 });
  t.regex(shown(`let x = stroe ${"- ".repeat(40)}`), /\n1 \| let x = stroe (- )+-?…\n {2}\| {9}\^{5}\n$/);
  for (const line of shown(`let x = stroe ${"-".repeat(40)}`).split("\n")) t.true(line.length <= 40, line);
});
