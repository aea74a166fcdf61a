import { resolve } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { openNetnsBase } from "../../../runtime/netns/open.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import type { Operation } from "../../core/operation.ts";
import { tally } from "../../core/tally.ts";
import { ControlClient } from "../../live/control/client.ts";
import { planAgainst } from "../../live/planning.ts";
import { plan as planOf } from "../../reconcile.ts";
import { type ExitCode, exit } from "../command.ts";
import { complain } from "../complain.ts";
import { readingWithRights, withRights } from "../kernel.ts";
import { type OpenedSystem, openSystem, readSource, systemWords } from "../program.ts";
import { type Planned, plannedJson, renderPlan } from "../render/plan.ts";
import { theme } from "../render/theme.ts";
import type { Terminal } from "../terminal.ts";
import { baseName, flag, implement, orElse, text } from "../words.ts";

const words = t.type({
  file: text,
  json: flag,
  "detailed-exitcode": flag,
  base: orElse(baseName, "netns"),
  ...systemWords,
});
type Asked = t.TypeOf<typeof words>;

const show = (
  operations: readonly Planned[],
  stats: unknown,
  system: string,
  asked: Asked,
  { out }: Terminal,
): ExitCode => {
  if (asked.json) {
    const plan = { summary: tally(operations), operations: operations.map(plannedJson), stats };
    out.write(`${JSON.stringify(plan)}\n`);
  } else {
    out.write(renderPlan({ system, operations }, out.columns(), theme(out.colour)));
  }
  return asked["detailed-exitcode"] && operations.length > 0 ? exit.changes : exit.done;
};

/** What the kernel has of the system, and nobody keeps, compared with the program. */
const planHere = async ({ system, program }: OpenedSystem): Promise<readonly Operation[]> => {
  const base = openNetnsBase(system);
  try {
    return await planAgainst(program, base);
  } finally {
    await base.close();
  }
};

const planned = async (asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const source = readSource(asked.file);
  if (isLeft(source)) return complain(terminal, source.left);
  const opened = await openSystem(source.right, asked, terminal);
  if (opened === null) return exit.failed;
  const { system, program, stats } = opened;
  const done = (operations: readonly Planned[], of: unknown = stats): ExitCode =>
    show(operations, of, system, asked, terminal);
  const here = (operations: readonly Operation[]): ExitCode =>
    done(operations.map((one) => ({ ...one, because: program.because(one) })));

  const client = await ControlClient.open(new SystemState(system).directory);
  if (client !== null) {
    // Whoever keeps the system knows its inputs and what it measures.
    const { file, input } = asked;
    const answer = await client.ask("plan", {
      program: { file: resolve(file), text: source.right.text, inputs: input },
    });
    client.close();
    if (isLeft(answer)) return complain(terminal, answer.left);
    return done(answer.right.operations as unknown as readonly Planned[], answer.right.stats);
  }
  const fromNothing = async (): Promise<ExitCode> => here(planOf(program.resources(), new Map()));
  if (asked.base === "memory") return fromNothing();
  return withRights(
    { start: false, here: async () => here(await planHere(opened)), nothing: fromNothing },
    terminal,
  );
};

export const plan = implement(words, (asked, terminal) =>
  readingWithRights(asked, false, () => planned(asked, terminal), terminal),
);
