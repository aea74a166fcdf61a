import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { exit } from "../command.ts";
import { complain } from "../complain.ts";
import { open, programWords, readSource, reportOn } from "../program.ts";
import { diagnosticsJson, hasErrors } from "../render/diagnostic.ts";
import { flag, implement, text } from "../words.ts";

export const check = implement(
  t.type({ file: text, json: flag, ...programWords }),
  async ({ file, json, ...wishes }, terminal) => {
    const source = readSource(file);
    if (isLeft(source)) return complain(terminal, source.left);
    const opened = open(source.right, wishes);
    if (isLeft(opened)) return complain(terminal, opened.left);
    const { diagnostics } = opened.right.program;
    if (json) terminal.out.write(`${JSON.stringify(diagnosticsJson(diagnostics))}\n`);
    else reportOn(opened.right, terminal);
    return hasErrors(diagnostics) ? exit.failed : exit.done;
  },
);
