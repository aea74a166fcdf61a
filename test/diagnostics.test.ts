/** The page of diagnostics: every code is on it, every program does what it says. */
import { readFileSync } from "node:fs";
import test from "ava";
import { codes } from "../src/core/diagnostic.ts";
import { openProgram } from "../src/library.ts";

interface Block {
  readonly words: readonly string[];
  readonly text: string;
}

const page = readFileSync(new URL("../../docs/diagnostics.md", import.meta.url), "utf8");

const sections = page
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const blocks = [...section.matchAll(/^```architect ?(.*)\n([\s\S]*?)^```$/gm)].map(
      ([, words, text]): Block => ({ words: words!.split(" "), text: text! }),
    );
    return { code: section.split("\n", 1)[0]!, blocks };
  });

const fileOf = ({ words }: Block): string =>
  words.find((word) => word.startsWith("file="))?.slice("file=".length) ?? "main.arch";

const check = (block: Block, blocks: readonly Block[]): string[] => {
  const file = fileOf(block);
  const others = new Map(blocks.filter((one) => fileOf(one) !== file).map((one) => [fileOf(one), one.text]));
  others.set(file, block.text);
  const resolveImport = (path: string): string | null => others.get(path.replace("./", "")) ?? null;
  const checkCommand = (program: string): string | null => (program === "sl33p" ? "it is not there" : null);
  const checkUser = (user: string): string | null => (user === "nobdy" ? "it is not there" : null);
  const checkDirectory = (path: string): string | null => (path === "/no/such" ? "it is not there" : null);
  const program = openProgram({
    file,
    text: block.text,
    resolveImport,
    checkCommand,
    checkUser,
    checkDirectory,
  });
  return program.diagnostics.map(({ code }) => code);
};

test("every code has its section, in order", (t) => {
  t.deepEqual(
    sections.map(({ code }) => code),
    [...codes].sort(),
  );
});

for (const { code, blocks } of sections) {
  test(`${code}: the wrong program is wrong, and the right one right`, (t) => {
    const [wrong, right, library] = ["wrong", "right", "library"].map((word) =>
      blocks.find(({ words }) => words.includes(word)),
    );
    const taken = blocks.find(({ words }) => words[0]?.startsWith("taken=") === true);
    // What the machine says: test/cli/commands/taken.test.ts has the warning itself.
    if (taken !== undefined) t.deepEqual([check(taken, blocks), wrong], [[], undefined]);
    else if (library !== undefined) {
      const program = openProgram({ file: "main.arch", text: library.text });
      t.deepEqual([program.diagnostics.length, program.system], [0, null]);
    } else t.deepEqual(check(wrong!, blocks), [code]);
    t.deepEqual(check(right!, blocks), []);
  });
}
