/** The cookbook is followed to the letter, with the real servers: every file, every command, and what each prints. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { withoutProgress } from "../cli/binary.ts";
import { Sandbox } from "./sandbox.ts";
import { blocksOf, lastingPart, stepsOf } from "./walkthrough.ts";

const pageUrl = new URL("../../../docs/cookbook.md", import.meta.url);
const page = readFileSync(pageUrl, "utf8");

const programs = ["redis-server", "psql", "pg_isready", "nginx", "setpriv"];
const directories = (process.env.PATH ?? "").split(":");
const missing = programs.filter((program) => !directories.some((one) => existsSync(join(one, program))));

// Needs root, and Debian's redis-server, postgresql and nginx.
const kernel = process.getuid?.() === 0 && missing.length === 0 ? test : test.skip;

kernel("every recipe runs, and prints what the page says", async (t) => {
  const sandbox = new Sandbox(t);
  await sandbox.run("mount -t tmpfs none /srv");
  for (const { facts, text } of blocksOf(page))
    if (facts.file !== undefined) writeFileSync(join(sandbox.home, facts.file), text);
  const told = (printed: string): string => lastingPart(withoutProgress(printed));
  let ran = 0;
  for (const step of stepsOf(page)) {
    if (step._tag !== "Command") continue;
    const printed = await sandbox.run(step.command);
    t.is(told(printed), told(step.output), `docs/cookbook.md:${step.line}: ${step.command}`);
    ran++;
  }
  t.true(ran >= 8, `${ran} commands`);
});

test("every link leads to a file", (t) => {
  for (const [, target] of page.matchAll(/\]\(([^)]+)\)/g))
    t.true(existsSync(new URL(target!, pageUrl)), target);
});
