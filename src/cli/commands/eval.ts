import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { jsonText } from "../../core/json-text.ts";
import { toJson } from "../../language/json.ts";
import { show as written } from "../../language/show.ts";
import { ask, expressionFile } from "../../program/ask.ts";
import { exit } from "../command.ts";
import { flag, implement, optional, text } from "../option-schema.ts";
import { open, programWords, report, show } from "../program.ts";
import { reportError } from "../report-error.ts";
import { readSource, type SourceText } from "../source.ts";

const nothing: SourceText = { file: "<none>", text: "" };

export const evaluate = implement(
  t.type({ file: optional(text), expression: text, json: flag, ...programWords }),
  async ({ file, expression, json, ...options }, terminal) => {
    const { out } = terminal;
    const source =
      file === null ? { _tag: "Right" as const, right: nothing } : readSource(file, options.limit);
    if (isLeft(source)) return reportError(terminal, source.left);
    const opened = open(source.right, options);
    if (isLeft(opened)) return reportError(terminal, opened.left);
    if (!(await report(opened.right, terminal))) return exit.failed;
    const { program, textOf } = opened.right;
    const { value, diagnostics } = ask(program, expression);
    if (diagnostics.length > 0) {
      const all = (name: string): string | null => (name === expressionFile ? expression : textOf(name));
      await show(diagnostics, all, terminal);
      return exit.failed;
    }
    out.write(`${json ? jsonText(toJson(value)) : written(value, { width: out.columns() ?? 100 })}\n`);
    return exit.done;
  },
);
