import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { hasErrors } from "../../core/diagnostic.ts";
import { exit } from "../command.ts";
import { complain } from "../complain.ts";
import { open, programWords, readSource, report } from "../program.ts";
import { flag, implement, text } from "../words.ts";

export const check = implement(
  t.type({ file: text, json: flag, ...programWords }),
  async ({ file, json, ...wishes }, terminal) => {
    const source = readSource(file);
    if (isLeft(source)) return complain(terminal, source.left);
    const opened = open(source.right, wishes);
    if (isLeft(opened)) return complain(terminal, opened.left);
    const { diagnostics } = opened.right.program;
    const ok = !hasErrors(diagnostics);
    if (json) terminal.out.write(`${JSON.stringify({ ok, diagnostics })}\n`);
    else await report(opened.right, terminal);
    return ok ? exit.done : exit.failed;
  },
);
