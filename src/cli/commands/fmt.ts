import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { format } from "../../../grammar/printer.ts";
import { rangeIn } from "../../program/ask.ts";
import { syntaxDiagnostic } from "../../program/places.ts";
import { type ExitCode, exit } from "../command.ts";
import { complain } from "../complain.ts";
import { readSource, type Source, show } from "../program.ts";
import type { Terminal } from "../terminal.ts";
import { flag, implement, texts } from "../words.ts";

/** Puts a text in the place of another at once: whoever reads the file sees the one or the other. */
const replace = (link: string, text: string): void => {
  const file = realpathSync(link);
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, text, { mode: statSync(file).mode, flag: "wx" });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
};

const formatOne = async ({ file, text }: Source, check: boolean, terminal: Terminal): Promise<ExitCode> => {
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
    try {
      replace(file, formatted.text);
    } catch (error) {
      return complain(terminal, { message: `cannot write ${file}: ${(error as Error).message}` });
    }
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
        ? complain(terminal, source.left)
        : await formatOne(source.right, check, terminal);
      worst = Math.max(worst, code);
    }
    return worst;
  },
);
