/**
 * Golden files: cases, each a text and what comes of it, to be read by people. A case is
 * a line `=== title`, the text, a line `---`, and what comes of it. With UPDATE_GOLDEN set
 * the file is written anew, to be reviewed as a diff.
 */
import { readFileSync, writeFileSync } from "node:fs";

export interface GoldenCase {
  readonly title: string;
  readonly input: string;
  readonly output: string;
}

const fileOf = (name: string): URL => new URL(`../../test/golden/${name}`, import.meta.url);

export const readGolden = (name: string): GoldenCase[] =>
  readFileSync(fileOf(name), "utf8")
    .split(/^=== /m)
    .slice(1)
    .map((block) => {
      const title = block.slice(0, block.indexOf("\n"));
      const [input = "", output = ""] = block.slice(title.length + 1).split(/^---\n/m);
      return { title, input: input.replace(/\n$/, ""), output: output.replace(/\n+$/, "") };
    });

/** Writes the file anew, if that is asked for. */
export const updateGolden = (name: string, cases: readonly GoldenCase[]): void => {
  if (process.env.UPDATE_GOLDEN === undefined) return;
  const blocks = cases.map(({ title, input, output }) => `=== ${title}\n${input}\n---\n${output}\n`);
  writeFileSync(fileOf(name), blocks.join("\n"));
};

/** The cases with what really comes of them; written back if that is asked for. */
export const runGolden = (name: string, run: (input: string) => string): GoldenCase[] => {
  const cases = readGolden(name).map((each) => ({ ...each, output: run(each.input) }));
  updateGolden(name, cases);
  return cases;
};
