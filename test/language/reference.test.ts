/** Every block of the reference is what it says it is. */
import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import { reserved } from "../../grammar/tokens.ts";
import { renderDiagnostics } from "../../src/cli/render/diagnostic.ts";
import { theme } from "../../src/cli/render/theme.ts";
import { builtins } from "../../src/language/builtins/builtins.ts";
import { show } from "../../src/language/show.ts";
import { defaultLimits } from "../../src/language/world.ts";
import { openProgram, type Program } from "../../src/library.ts";
import { run } from "./program.ts";

const pageUrl = new URL("../../../docs/language.md", import.meta.url);
const page = readFileSync(pageUrl, "utf8");

interface Block {
  readonly kind: string;
  /** What other programs of the page import it as; null where it is not named. */
  readonly file: string | null;
  readonly line: number;
  readonly text: string;
}

const all: readonly Block[] = [...page.matchAll(/^```(\w*)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)].map(
  ({ index, 1: kind, 2: file, 3: text }) => ({
    kind: kind!,
    file: file ?? null,
    line: page.slice(0, index).split("\n").length,
    text: text!,
  }),
);

const blocks = (kind: string): readonly Block[] => all.filter((block) => block.kind === kind);

const open = ({ file, text }: Block): Program =>
  openProgram({
    file: file ?? "page.arch",
    text,
    resolveImport: (path) => all.find((block) => `./${block.file}` === path)?.text ?? null,
  });

/** The program of which a block speaks: the last before it. */
const programBefore = (block: Block): Block & Pick<Program, "diagnostics" | "desired"> => {
  const before = all.slice(0, all.indexOf(block)).findLast(({ kind }) => kind === "architect")!;
  const { diagnostics, desired } = open(before);
  return { ...before, diagnostics, desired };
};

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
  t.true(programs.length > 25);
  const wrong: string[] = [];
  for (const block of programs) {
    const { line, text } = block;
    const { diagnostics } = open(block);
    const found = diagnostics.map(({ code, range }) => `${code}@${range.start.line}`).join(", ");
    const expected = /^-- expect: (.*)$/m.exec(text)?.[1] ?? "";
    if (found !== expected) wrong.push(`line ${line}: ${found}`);
  }
  t.deepEqual(wrong, []);
});

test("every message is the one that the program before it gets", (t) => {
  t.true(blocks("says").length > 0);
  for (const block of blocks("says")) {
    const { diagnostics } = programBefore(block);
    t.is(
      diagnostics.map(({ message }) => message).join("\n"),
      block.text.trimEnd().replace(/\n +/g, " "),
      `block at line ${block.line}`,
    );
  }
});

test("every report is what the command line shows of the program before it", (t) => {
  t.true(blocks("report").length > 0);
  for (const block of blocks("report")) {
    const { diagnostics, text } = programBefore(block);
    t.is(
      renderDiagnostics(diagnostics, { sources: () => text, theme: theme(false) }),
      block.text,
      `block at line ${block.line}`,
    );
  }
});

test("every list of variables is what the program before it gives to that process", (t) => {
  t.true(blocks("env").length > 0);
  for (const block of blocks("env")) {
    const [head, ...variables] = block.text.trimEnd().split("\n");
    const process = programBefore(block).desired()[head!.replace("# ", "")];
    const env = process?.kind === "process" ? process.env : {};
    const found = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    t.deepEqual(found.sort(), variables, `block at line ${block.line}`);
  }
});

test("every block is of a kind that is run", (t) => {
  t.is(all.length, page.match(/^```./gm)!.length);
  const run = all.filter(({ kind, file }) => kind === "architect" || file === null);
  t.deepEqual([...new Set(run.map(({ kind }) => kind))].sort(), [
    "architect",
    "env",
    "eval",
    "report",
    "says",
  ]);
});

test("every link leads to a heading of the page, to a file, or to another site", (t) => {
  const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-"),
  );
  for (const [, target] of page.matchAll(/\]\(([^)]+)\)/g)) {
    if (target!.startsWith("https://")) t.true(URL.canParse(target!), target);
    else if (target!.startsWith("#")) t.true(anchors.includes(target!.slice(1)), target);
    else t.true(existsSync(new URL(target!.split("#")[0]!, pageUrl)), target);
  }
});

test("the reserved words are those of the lexer", (t) => {
  const words = generated("reserved words").match(/\w+/g);
  t.deepEqual(words, [...reserved].sort());
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
  const rows = [...generated("limits").matchAll(/^\| `(\w+)` \| .* \| ([\d,]+) \|$/gm)];
  const said = Object.fromEntries(rows.map(([, name, bound]) => [name, Number(bound!.replaceAll(",", ""))]));
  t.deepEqual(said, { ...defaultLimits });
});
