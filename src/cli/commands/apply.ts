import { resolve } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { doneLine, tally } from "../../core/tally.ts";
import { ControlClient } from "../../live/control/client.ts";
import type { Change } from "../../live/control/messages.ts";
import { type ExitCode, exit } from "../command.ts";
import { complain } from "../complain.ts";
import { keep, showFailures } from "../keep.ts";
import { readingWithRights, withRights } from "../kernel.ts";
import { type OpenedSystem, openSystem, readSource, type Source, systemWords } from "../program.ts";
import { operationJson } from "../render/plan.ts";
import { theme } from "../render/theme.ts";
import type { Terminal } from "../terminal.ts";
import { baseName, flag, implement, orElse, text } from "../words.ts";

const words = t.type({ file: text, json: flag, base: orElse(baseName, "netns"), ...systemWords });
type Asked = t.TypeOf<typeof words>;

const show = (
  { operations, failures, milliseconds }: Change,
  problems: readonly string[],
  { json }: Asked,
  system: string,
  terminal: Terminal,
): ExitCode => {
  const { out, err } = terminal;
  showFailures(failures, terminal);
  for (const problem of problems) err.write(`${theme(err.colour).warning("warning:")} ${problem}\n`);
  if (json)
    out.write(`${JSON.stringify({ summary: tally(operations), operations, failures, milliseconds })}\n`);
  else out.write(`${system}: ${doneLine(operations, milliseconds, theme(out.colour))}\n`);
  return failures.length + problems.length > 0 ? exit.failed : exit.done;
};

/** By the orchestrator that has the system. */
const hand = async (
  client: ControlClient,
  { text: program }: Source,
  asked: Asked,
  system: string,
  terminal: Terminal,
): Promise<ExitCode> => {
  const file = resolve(asked.file);
  const answer = await client.ask("apply", { program: { file, text: program, inputs: asked.input } });
  client.close();
  return isLeft(answer) ? complain(terminal, answer.left) : show(answer.right, [], asked, system, terminal);
};

const applyHere = async (opened: OpenedSystem, asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const kept = keep(opened, asked.base, terminal);
  if (kept === null) return exit.failed;
  const { live, progress, performed } = kept;
  progress.phase("applying");
  const { failures, milliseconds, fresh } = await live.start();
  progress.phase("waiting until all is ready");
  await live.settled();
  const { problems } = live.status();
  // A system that could not be brought up leaves nothing half-made behind; one that ran before still runs.
  const hopeless = failures.length > 0 && fresh;
  // And a model in memory ends with its process.
  const goes = hopeless || asked.base === "memory";
  const left = goes ? await live.remove() : [];
  await (goes ? live.closed : live.stop());
  progress.end();
  const change = {
    operations: performed().map(operationJson),
    failures: [...failures, ...left],
    milliseconds,
  };
  return show(change, failures.length > 0 ? [] : problems, asked, opened.system, terminal);
};

const applied = async (asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const source = readSource(asked.file);
  if (isLeft(source)) return complain(terminal, source.left);
  const opened = await openSystem(source.right, { ...asked, keepSystem: true }, terminal);
  if (opened === null) return exit.failed;
  const client = await ControlClient.open(new SystemState(opened.system).directory);
  if (client !== null) return hand(client, source.right, asked, opened.system, terminal);
  const here = (): Promise<ExitCode> => applyHere(opened, asked, terminal);
  return asked.base === "memory" ? here() : withRights({ start: true, here, nothing: here }, terminal);
};

export const apply = implement(words, (asked, terminal) =>
  readingWithRights(asked, true, () => applied(asked, terminal), terminal),
);
