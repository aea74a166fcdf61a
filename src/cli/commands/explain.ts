import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { jsonText } from "../../core/json-text.ts";
import type { Explained } from "../../live/control/explanation.ts";
import { explainName } from "../../program/explain-name.ts";
import { type ExitCode, exit } from "../command.ts";
import { flag, implement, optional, text } from "../option-schema.ts";
import { openSystem, systemWords } from "../program.ts";
import { renderExplanation } from "../render/explanation.ts";
import { theme } from "../render/theme.ts";
import { reportError } from "../report-error.ts";
import { readSource } from "../source.ts";
import { supervised } from "../systems.ts";
import type { Terminal } from "../terminal.ts";

const schema = t.type({ name: text, file: optional(text), json: flag, ...systemWords });
type Asked = t.TypeOf<typeof schema>;

const show = (explained: Explained, { json }: Asked, { out }: Terminal): ExitCode => {
  const { instances, ...explanation } = explained;
  out.write(
    json
      ? `${jsonText(explained)}\n`
      : renderExplanation(explanation, instances, out.columns(), theme(out.colour)),
  );
  return exit.done;
};

const ofFile = async (file: string, asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const source = readSource(file, asked.limit);
  if (isLeft(source)) return reportError(terminal, source.left);
  const opened = await openSystem(source.right, asked, terminal);
  if (opened === null) return exit.failed;
  const explanation = explainName(opened.program, asked.name);
  return isLeft(explanation)
    ? reportError(terminal, explanation.left)
    : show({ ...explanation.right, instances: [] }, asked, terminal);
};

export const explain = implement(schema, async (asked, terminal) => {
  if (asked.file !== null) return ofFile(asked.file, asked, terminal);
  const keeper = await supervised(
    asked.system,
    "so nobody can tell why it is as it is",
    () => `architect explain ${asked.name} --file FILE tells it of its program`,
  );
  if (isLeft(keeper)) return reportError(terminal, keeper.left);
  const { client, ask } = keeper.right;
  const answer = await ask("explain", { name: asked.name });
  client.close();
  return isLeft(answer) ? reportError(terminal, answer.left) : show(answer.right, asked, terminal);
});
