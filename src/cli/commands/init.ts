import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as t from "io-ts";
import { exit } from "../command.ts";
import { home } from "../home.ts";
import { implement, optional, text } from "../option-schema.ts";
import { theme } from "../render/theme.ts";
import { reportError } from "../report-error.ts";

export const init = implement(t.type({ directory: optional(text) }), async ({ directory }, terminal) => {
  const starter = join(home(), "examples/hello");
  const target = directory ?? ".";
  const files = readdirSync(starter);
  const there = files.filter((file) => existsSync(join(target, file)));
  if (there.length > 0)
    return reportError(terminal, {
      message: `${there.map((file) => join(target, file)).join(", ")} would be written over`,
      hint: "choose another directory",
    });
  mkdirSync(target, { recursive: true });
  for (const file of files) copyFileSync(join(starter, file), join(target, file));
  const paint = theme(terminal.out.colour);
  const program = join(target, "system.arch");
  terminal.out.write(
    [
      ...files.map((file) => `${paint.create("+")} ${join(target, file)}\n`),
      `\nTry ${paint.name(`architect run ${program} --watch`)}, look at ${paint.link("http://localhost:8000/")},\n`,
      `and change the greeting in ${program} while it runs.\n`,
    ].join(""),
  );
  return exit.done;
});
