import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { duration, flag, implement, optional, orElse, systemName, text } from "../option-schema.ts";
import { reportError } from "../report-error.ts";
import { kindOf, supervised } from "../systems.ts";
import { usualTimeout, waitedFor } from "./apply.ts";

const schema = t.type({
  automaton: text,
  json: flag,
  timeout: orElse(duration, usualTimeout),
  "no-wait": flag,
  system: optional(systemName),
});

export const restart = implement(schema, async (asked, terminal) => {
  const keeper = await supervised(
    asked.system,
    "so there is nobody to restart anything",
    (name) => `architect down ${name} and architect apply FILE make all of it anew`,
  );
  if (isLeft(keeper)) return reportError(terminal, keeper.left);
  const { system, ask } = keeper.right;
  const base = await kindOf(system);
  return waitedFor(
    keeper.right,
    "restarting",
    (wait) => ask("restart", { name: asked.automaton, ...wait }),
    { ...asked, base },
    terminal,
  );
});
