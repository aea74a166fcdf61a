/** Makes one mutant, and runs the tests that reach it until one notices. */
import type { Baseline } from "./baseline.ts";
import { isCovered } from "./coverage.ts";
import type { Equivalent } from "./equivalent.ts";
import { mutate } from "./operators.ts";
import { failedIn, runTests } from "./running.ts";
import type { Chosen } from "./selection.ts";
import { sourceOf, type Tree } from "./tree.ts";

export interface Trial {
  readonly verdict: "killed" | "timed out" | "survived" | "equivalent" | "unreached";
  readonly file: string;
  readonly line: number;
  readonly was: string;
  readonly now: string;
  /** The test that noticed, or why none can. */
  readonly by: string;
  readonly seconds: number;
}

/** Files that are quick are run together, so that starting them takes less. */
const together = 6;

const batches = (tests: readonly Baseline[]): readonly (readonly Baseline[])[] => {
  const made: Baseline[][] = [];
  let sum = Number.POSITIVE_INFINITY;
  for (const test of tests.toSorted((a, b) => a.seconds - b.seconds)) {
    if (sum + test.seconds > together) {
      made.push([test]);
      sum = test.seconds;
    } else {
      made.at(-1)!.push(test);
      sum += test.seconds;
    }
  }
  return made;
};

/** The line of a text that has an offset in it. */
const lineAt = (text: string, offset: number): string => {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  return text.slice(start, end < 0 ? text.length : end).trim();
};

/** `limit`: seconds that tests may take beyond what they take otherwise. */
export const tryOut = async (
  tree: Tree,
  chosen: Chosen,
  baselines: readonly Baseline[],
  known: readonly Equivalent[],
  limit: number,
): Promise<Trial> => {
  const code = tree.read(chosen.module);
  const mutated = mutate(code, chosen);
  const file = sourceOf(chosen.module);
  const line = tree.sourceLine(chosen.module, chosen.start);
  const [was, now] = [lineAt(code, chosen.start), lineAt(mutated, chosen.start)];
  const place = { file, line, was, now };
  const same = known.find((one) => one.file === file && one.was === was && one.now === now);
  if (same !== undefined) return { ...place, verdict: "equivalent", by: same.why, seconds: 0 };
  const tests = baselines.filter(
    ({ passed, coverage }) => passed && isCovered(coverage.get(chosen.module), chosen.start),
  );
  if (tests.length === 0) return { ...place, verdict: "unreached", by: "no test runs it", seconds: 0 };
  let seconds = 0;
  tree.write(chosen.module, mutated);
  try {
    for (const batch of batches(tests)) {
      const usual = batch.reduce((sum, one) => sum + one.seconds, 0);
      const files = batch.map(({ test }) => test);
      const ran = await runTests(tree, files, 3 * usual + limit);
      seconds += ran.seconds;
      if (ran.verdict === "passed") continue;
      const by = failedIn(ran.output) ?? files.map(sourceOf).join(" ");
      return { ...place, verdict: ran.verdict === "failed" ? "killed" : "timed out", by, seconds };
    }
    return { ...place, verdict: "survived", by: "", seconds };
  } finally {
    tree.write(chosen.module, code);
  }
};
