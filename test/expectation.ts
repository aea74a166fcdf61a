/** Programs that state in their head what is wrong with them: `-- expect: ok` or `-- expect: CODE@LINE, …`. */
import type { ResolveImport } from "../src/library.ts";
import { openProgram } from "../src/library.ts";

/** What the first line of a program expects of `check`. */
export const expected = (text: string): string => {
  const [, head] = /^-- expect: (.*)$/m.exec(text.split("\n", 1)[0]!) ?? [];
  if (head === undefined) throw new Error("a golden program begins with `-- expect:`");
  return head.trim() === "ok"
    ? "ok"
    : head
        .split(",")
        .map((one) => one.trim())
        .sort(byLine)
        .join(", ");
};

/** What `check` finds, in the same form. */
export const found = (file: string, text: string, resolveImport?: ResolveImport): string => {
  const { diagnostics } = openProgram({ file, text, ...(resolveImport && { resolveImport }) });
  const all = diagnostics
    .filter((one) => one.file === file)
    .map(({ code, range }) => `${code}@${range.start.line}`);
  const others = diagnostics.filter((one) => one.file !== file).map((one) => `${one.code}@${one.file}`);
  return diagnostics.length === 0 ? "ok" : [...all.sort(byLine), ...others].join(", ");
};

const byLine = (a: string, b: string): number =>
  Number(a.split("@")[1]) - Number(b.split("@")[1]) || (a < b ? -1 : 1);
