/**
 * Mutants that no test can notice, because they mean the same, each with the reason. They are
 * kept in `equivalent.txt`: blocks of four lines, which name the source file, the line of the
 * compiled module before and after, and why it makes no difference.
 */
import { readFileSync } from "node:fs";

export interface Equivalent {
  readonly file: string;
  readonly was: string;
  readonly now: string;
  readonly why: string;
}

const field = (line: string | undefined, name: string): string => {
  const [, value] = new RegExp(`^ {2}${name}: (.+)$`).exec(line ?? "") ?? [];
  if (value === undefined) throw new Error(`equivalent.txt: no "${name}" in: ${line}`);
  return value;
};

export const parseEquivalents = (text: string): readonly Equivalent[] =>
  text
    .split(/\n{2,}/)
    .map((block) => block.split("\n").filter((line) => line !== "" && !line.startsWith("#")))
    .filter((lines) => lines.length > 0)
    .map(([file, was, now, why]) => ({
      file: file!,
      was: field(was, "was"),
      now: field(now, "now"),
      why: field(why, "why"),
    }));

export const equivalents = (): readonly Equivalent[] =>
  parseEquivalents(readFileSync(new URL("../../../test/mutate/equivalent.txt", import.meta.url), "utf8"));
