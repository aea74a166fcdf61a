/**
 * What each test file runs through and how long it takes, measured once without a mutant. It
 * is kept beside the copies until a module that the tests ran through is another.
 */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Coverage, readCoverage, type Segments } from "./coverage.ts";
import { runTests } from "./running.ts";
import type { Tree } from "./tree.ts";

export interface Baseline {
  readonly test: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly coverage: Coverage;
  /** Why it fails without a mutant; empty if it does not. */
  readonly trouble: string;
}

interface Kept {
  readonly passed: boolean;
  readonly seconds: number;
  readonly files: Readonly<Record<string, { readonly hash: string; readonly segments: Segments }>>;
}

const hashOf = (tree: Tree, file: string): string => {
  const path = join(tree.root, file);
  return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
};

const take = (test: string, { passed, seconds, files }: Kept, trouble = ""): Baseline => {
  const coverage = new Map(Object.entries(files).map(([file, { segments }]) => [file, segments]));
  return { test, passed, seconds, coverage, trouble };
};

/** `folder`: where it is kept. A test that takes longer than `longest` seconds fails. */
export const baselineOf = async (
  tree: Tree,
  test: string,
  folder: string,
  longest: number,
): Promise<Baseline> => {
  const name = join(folder, `${test.replaceAll("/", "+")}.json`);
  if (existsSync(name)) {
    const kept = JSON.parse(readFileSync(name, "utf8")) as Kept;
    if (Object.entries(kept.files).every(([file, { hash }]) => hashOf(tree, file) === hash))
      return take(test, kept);
  }
  const raw = join(folder, "raw");
  rmSync(raw, { recursive: true, force: true });
  mkdirSync(raw, { recursive: true });
  // Also for what a test starts as another user.
  chmodSync(raw, 0o777);
  const { verdict, seconds, output } = await runTests(tree, [test], longest, { NODE_V8_COVERAGE: raw });
  const coverage = readCoverage(raw, tree.root);
  rmSync(raw, { recursive: true, force: true });
  const files = Object.fromEntries(
    [...coverage].map(([file, segments]) => [file, { hash: hashOf(tree, file), segments }]),
  );
  const kept: Kept = { passed: verdict === "passed", seconds, files };
  // What failed is tried again next time.
  if (kept.passed) writeFileSync(name, JSON.stringify(kept));
  return take(test, kept, kept.passed ? "" : output.slice(-2_000));
};
