import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { baseKind, defaultBase } from "../../bases.ts";
import { hasErrors } from "../../core/diagnostic.ts";
import { jsonText } from "../../core/json-text.ts";
import { exit } from "../command.ts";
import { flag, implement, text } from "../option-schema.ts";
import { open, programWords, show } from "../program.ts";
import { reportError } from "../report-error.ts";
import { readSource } from "../source.ts";
import { takenPorts } from "../taken-ports.ts";

export const check = implement(
  t.type({ file: text, json: flag, ...programWords }),
  async ({ file, json, ...options }, terminal) => {
    const source = readSource(file, options.limit);
    if (isLeft(source)) return reportError(terminal, source.left);
    const opened = open(source.right, options);
    if (isLeft(opened)) return reportError(terminal, opened.left);
    const { diagnostics: wrong } = opened.right;
    const taken = hasErrors(wrong) ? [] : await takenPorts(opened.right, baseKind(defaultBase)!);
    const diagnostics = [...wrong, ...taken];
    const ok = !hasErrors(diagnostics);
    if (json) terminal.out.write(`${jsonText({ ok, diagnostics })}\n`);
    else await show(diagnostics, opened.right.textOf, terminal);
    return ok ? exit.done : exit.failed;
  },
);
