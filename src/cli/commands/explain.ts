import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { nearest } from "../../core/nearest.ts";
import { type Explanation, explain as explainIn } from "../../program/explain.ts";
import { type ExitCode, exit } from "../command.ts";
import { complain } from "../complain.ts";
import { openSystem, readSource, systemWords } from "../program.ts";
import { renderExplanation } from "../render/explanation.ts";
import { theme } from "../render/theme.ts";
import { supervised } from "../systems.ts";
import type { Terminal } from "../terminal.ts";
import { flag, implement, optional, text } from "../words.ts";

const words = t.type({ name: text, file: optional(text), json: flag, ...systemWords });
type Asked = t.TypeOf<typeof words>;

const show = (explanation: Explanation, { json }: Asked, { out }: Terminal): ExitCode => {
  out.write(
    json
      ? `${JSON.stringify(explanation)}\n`
      : renderExplanation(explanation, out.columns(), theme(out.colour)),
  );
  return exit.done;
};

const ofFile = async (file: string, asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const source = readSource(file);
  if (isLeft(source)) return complain(terminal, source.left);
  const opened = await openSystem(source.right, asked, terminal);
  if (opened === null) return exit.failed;
  const explanation = explainIn(opened.program, asked.name);
  if (explanation !== null) return show(explanation, asked, terminal);
  const names = [...opened.program.augmentation.tree].map(({ key }) => key);
  const meant = nearest(asked.name, names);
  return complain(terminal, {
    message: `${opened.system} has no automaton ${asked.name}`,
    hint: meant === null ? `it has ${names.join(", ")}` : `did you mean ${meant}?`,
  });
};

export const explain = implement(words, async (asked, terminal) => {
  if (asked.file !== null) return ofFile(asked.file, asked, terminal);
  const keeper = await supervised(
    asked.system,
    "so nobody can tell why it is as it is: explain its program with --file",
  );
  if (isLeft(keeper)) return complain(terminal, keeper.left);
  const { client } = keeper.right;
  const answer = await client.ask("explain", { name: asked.name });
  client.close();
  return isLeft(answer)
    ? complain(terminal, answer.left)
    : show(answer.right as unknown as Explanation, asked, terminal);
});
