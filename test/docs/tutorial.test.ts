/** The tutorial is followed to the letter, on the real kernel: every edit, every command, and what each prints. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { withoutProgress } from "../cli/binary.ts";
import { type Lasting, Sandbox } from "./sandbox.ts";
import { edited, lastingPart, stepsOf, unfollowed } from "./walkthrough.ts";

const pageUrl = new URL("../../../docs/tutorial.md", import.meta.url);
const page = readFileSync(pageUrl, "utf8");

const told = (printed: string): string => lastingPart(withoutProgress(printed));

// Needs root: makes network namespaces.
const kernel = process.getuid?.() === 0 ? test : test.skip;

kernel("every command prints what the page says, and every edit does", async (t) => {
  const sandbox = new Sandbox(t);
  const pathOf = (file: string): string => join(sandbox.home, "hello", file);
  let terminal: Lasting | null = null;
  let read = 0;
  const unread = (): string => {
    const all = told(terminal!.printed());
    // A blank line between two blocks stands in neither.
    while (all[read] === "\n") read++;
    return all.slice(read);
  };
  let ran = 0;
  for (const step of stepsOf(page)) {
    const where = `docs/tutorial.md:${step.line}`;
    switch (step._tag) {
      case "Command":
        t.is(told(await sandbox.run(step.command)), told(step.output), `${where}: ${step.command}`);
        break;
      case "Start":
        terminal = sandbox.start(step.command);
        break;
      case "Says": {
        const expected = told(step.output);
        await sandbox.until(
          () => unread().length >= expected.length,
          () => `${where}: the first terminal says no more than\n${unread()}`,
        );
        t.is(unread().slice(0, expected.length), expected, where);
        read += expected.length;
        break;
      }
      case "Interrupt":
        terminal!.interrupt();
        break;
      case "Edit": {
        const text = edited(readFileSync(pathOf(step.file), "utf8"), step.diff);
        t.not(text, null, `${where}: there is no such place in ${step.file}, or there are several`);
        writeFileSync(pathOf(step.file), text!);
        break;
      }
      case "Holds":
        t.is(readFileSync(pathOf(step.file), "utf8"), step.text, where);
        break;
    }
    ran++;
  }
  t.is(unread(), "", "the first terminal says more than the page");
  t.true(ran > 30, `${ran} steps`);
});

test("only how it is installed is not followed", (t) => {
  t.deepEqual(
    unfollowed(page).map(({ kind, text }) => [kind, text]),
    [["sh", "npm install && npm link\n"]],
  );
});

test("every link leads to a file", (t) => {
  for (const [, target] of page.matchAll(/\]\(([^)]+)\)/g))
    t.true(existsSync(new URL(target!, pageUrl)), target);
});
