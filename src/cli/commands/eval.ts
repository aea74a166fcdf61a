import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { toJson } from "../../language/json.ts";
import { show } from "../../language/show.ts";
import { ask, expressionFile } from "../../program/ask.ts";
import { exit } from "../command.ts";
import { complain } from "../complain.ts";
import { open, programWords, readSource, reportOn, type Source } from "../program.ts";
import { renderDiagnostics } from "../render/diagnostic.ts";
import { theme } from "../render/theme.ts";
import { flag, implement, optional, text } from "../words.ts";

const nothing: Source = { file: "<none>", text: "" };

export const evaluate = implement(
  t.type({ file: optional(text), expression: text, json: flag, ...programWords }),
  async ({ file, expression, json, ...wishes }, terminal) => {
    const { out, err } = terminal;
    const source = file === null ? { _tag: "Right" as const, right: nothing } : readSource(file);
    if (isLeft(source)) return complain(terminal, source.left);
    const opened = open(source.right, wishes);
    if (isLeft(opened)) return complain(terminal, opened.left);
    if (!reportOn(opened.right, terminal)) return exit.failed;
    const { program, sources } = opened.right;
    const { value, diagnostics } = ask(program, expression);
    if (diagnostics.length > 0) {
      const all = (name: string): string | null => (name === expressionFile ? expression : sources(name));
      err.write(renderDiagnostics(diagnostics, all, theme(err.colour)));
      return exit.failed;
    }
    out.write(`${json ? JSON.stringify(toJson(value)) : show(value, { width: out.columns() ?? 100 })}\n`);
    return exit.done;
  },
);
