/** Tests with real servers: skipped, visibly, where one of them is not installed. */
import { existsSync } from "node:fs";
import type { TestFn } from "ava";

const directories = (process.env.PATH ?? "").split(":");

/** Whether a program is in `PATH`, or a file where a path names it. */
const isInstalled = (program: string): boolean =>
  program.includes("/")
    ? existsSync(program)
    : directories.some((directory) => existsSync(`${directory}/${program}`));

export const installed = (test: TestFn, programs: readonly string[]): TestFn => {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) return test;
  const skip = (title: string) => test.skip(`${title} (needs ${missing.join(", ")})`, () => {});
  return Object.assign(skip, { serial: skip }) as unknown as TestFn;
};
