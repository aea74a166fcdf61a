/** The page on edits is followed to the letter: every command prints what it says. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { goalForms } from "../../src/edits/goal-forms.ts";
import { binary, folder } from "../cli/binary.ts";
import { blocksOf, lastingPart, stepsOf } from "./walkthrough.ts";

const pageUrl = new URL("../../../docs/edits.md", import.meta.url);
const page = readFileSync(pageUrl, "utf8");

test("every command prints what the page says", (t) => {
  const directory = folder(t);
  const [home, bin] = [join(directory, "home"), join(directory, "bin")];
  mkdirSync(home);
  mkdirSync(bin);
  writeFileSync(join(bin, "architect"), `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`, {
    mode: 0o755,
  });
  for (const { facts, text } of blocksOf(page))
    if (facts.file !== undefined) writeFileSync(join(home, facts.file), text);
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    ...{ PATH: `${bin}:${process.env.PATH}`, HOME: home, XDG_STATE_HOME: join(home, "state") },
    ...{ NO_COLOR: "1", COLUMNS: "80", ARCHITECT_RUNTIME_DIR: join(home, "run") },
  };
  let ran = 0;
  for (const step of stepsOf(page)) {
    if (step._tag !== "Command") continue;
    const { stdout } = spawnSync("bash", ["-c", `{ ${step.command}; } 2>&1`], {
      cwd: home,
      env,
      encoding: "utf8",
    });
    t.is(lastingPart(stdout), lastingPart(step.output), `docs/edits.md:${step.line}: ${step.command}`);
    ran++;
  }
  t.true(ran >= 10, `${ran} commands`);
});

test("every link leads to a file, and every verb of a goal is on the page", (t) => {
  for (const [, target] of page.matchAll(/\]\(([^)]+)\)/g))
    t.true(existsSync(new URL(target!, pageUrl)), target);
  for (const form of goalForms) t.true(page.includes(`\`${form.split(" ")[0]} `), form);
});
