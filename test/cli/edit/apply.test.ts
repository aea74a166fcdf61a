/** Edits that are done: files and inputs, all or nothing. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { left } from "fp-ts/lib/Either.js";
import { applied } from "../../../src/cli/edit/apply.ts";
import type { Choice } from "../../../src/edits/edits.ts";
import { folder } from "../binary.ts";

test("files are as they were where an input cannot be set, and no input is set where files cannot be written", async (t) => {
  const cwd = folder(t, { "shop.arch": "before\n" });
  const file = join(cwd, "shop.arch");
  const choice = {
    inputs: [{ name: "n", text: "2" }],
    texts: [{ file, before: "before\n", after: "after\n" }],
  } as unknown as Choice;
  const seen: string[] = [];
  const running = {
    ask: async () => {
      seen.push(readFileSync(file, "utf8"));
      return left({ message: "n is no such input" });
    },
  };
  const terminal = {} as never;
  t.deepEqual(await applied(file, "scale a 2", choice, running as never, terminal), {
    message: "n is no such input",
  });
  t.deepEqual(seen, ["after\n"], "the files came first");
  t.is(readFileSync(file, "utf8"), "before\n");
  t.is(
    (await applied(file, "scale a 2", choice, null, terminal))?.message,
    "nobody runs the system, so n cannot be set",
  );
  rmSync(file);
  mkdirSync(file);
  t.not(await applied(file, "scale a 2", choice, running as never, terminal), null);
  t.is(seen.length, 1, "no input was set");
});
