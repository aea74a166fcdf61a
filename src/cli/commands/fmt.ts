import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { format } from "../../../grammar/printer.ts";
import { rangeIn } from "../../program/ask.ts";
import { syntaxDiagnostic } from "../../program/locations.ts";
import { type ExitCode, exit } from "../command.ts";
import { flag, implement, texts } from "../option-schema.ts";
import { show } from "../program.ts";
import { reportError } from "../report-error.ts";
import { rewrite } from "../rewrite.ts";
import { readSource, type SourceText } from "../source.ts";
import type { Terminal } from "../terminal.ts";

const formatOne = async (
  { file, text }: SourceText,
  check: boolean,
  terminal: Terminal,
): Promise<ExitCode> => {
  const formatted = format(text);
  if (formatted._tag === "Broken") {
    const diagnostics = formatted.problems.map((problem) => syntaxDiagnostic(problem, file, rangeIn(text)));
    await show(diagnostics, () => text, terminal);
    return exit.failed;
  }
  if (check) {
    if (formatted.text === text) return exit.done;
    terminal.out.write(`${file}\n`);
    return exit.failed;
  }
  if (file === "-") terminal.out.write(formatted.text);
  else if (formatted.text !== text) {
    const wrong = rewrite(file, formatted.text);
    if (wrong !== null) return reportError(terminal, { message: wrong });
    terminal.err.write(`formatted ${file}\n`);
  }
  return exit.done;
};

export const fmt = implement(
  t.type({ file: texts, check: flag }),
  async ({ file: files, check }, terminal) => {
    let worst: ExitCode = exit.done;
    for (const file of files) {
      const source = readSource(file);
      const code = isLeft(source)
        ? reportError(terminal, source.left)
        : await formatOne(source.right, check, terminal);
      worst = Math.max(worst, code);
    }
    return worst;
  },
);
