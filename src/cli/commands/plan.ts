import { resolve } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { SystemState } from "../../../runtime/process/state.ts";
import type { BaseKind } from "../../core/base-kind.ts";
import { jsonText } from "../../core/json-text.ts";
import type { Operation } from "../../core/operation.ts";
import { tally } from "../../core/tally.ts";
import { reach } from "../../live/control/reach.ts";
import { readInputs, restoreInputs } from "../../live/ledger/inputs.ts";
import { planAgainst, unenforceableOf, unresolvedOf } from "../../live/status/planning.ts";
import { openWorld } from "../../live/system/world.ts";
import { plan as planOf } from "../../reconcile.ts";
import { type ExitCode, exit } from "../command.ts";
import { showWarnings } from "../keep.ts";
import { startingEmpty } from "../kept-names.ts";
import { readingWithRights, withRights } from "../kernel.ts";
import { base, flag, implement, orElse, text } from "../option-schema.ts";
import { type OpenedSystem, openSystem, show, systemWords } from "../program.ts";
import { type Planned, plannedJson, renderPlan } from "../render/plan.ts";
import { theme } from "../render/theme.ts";
import { reportError } from "../report-error.ts";
import { secretAssignment } from "../secrets.ts";
import { silent } from "../silent.ts";
import { readSource } from "../source.ts";
import { supervisedBy } from "../systems.ts";
import { takenPorts } from "../taken-ports.ts";
import type { Terminal } from "../terminal.ts";

const schema = t.type({
  file: text,
  json: flag,
  "detailed-exitcode": flag,
  base,
  secret: orElse(t.array(secretAssignment), []),
  ...systemWords,
});
type Asked = t.TypeOf<typeof schema>;

const showPlan = (
  operations: readonly Planned[],
  {
    stats,
    unenforceable,
    unresolved = [],
    waiting = [],
  }: {
    readonly stats: unknown;
    readonly unenforceable: readonly string[];
    readonly unresolved?: readonly string[];
    readonly waiting?: readonly string[];
  },
  system: string,
  asked: Asked,
  terminal: Terminal,
): ExitCode => {
  const { out } = terminal;
  const warnings = [...unresolved, ...startingEmpty(new SystemState(system), operations)];
  if (asked.json) {
    const plan = {
      summary: tally(operations),
      operations: operations.map(plannedJson),
      stats,
      warnings,
      unenforceable,
      waiting,
    };
    out.write(`${jsonText(plan)}\n`);
  } else {
    out.write(renderPlan({ system, operations, unenforceable, waiting }, out.columns(), theme(out.colour)));
    showWarnings(warnings, terminal);
  }
  const hasChanges = operations.length > 0 || waiting.length > 0;
  return asked["detailed-exitcode"] && hasChanges ? exit.changes : exit.done;
};

interface Compared {
  readonly operations: readonly Operation[];
  /** What of limits this machine would not enforce. */
  readonly unenforceable: readonly string[];
}

/** What the world has of the system, and nobody keeps, compared with the program. */
const planHere = async ({ system, program }: OpenedSystem, { name }: BaseKind): Promise<Compared> => {
  const { base: world } = await openWorld(system, name);
  try {
    program.call(world.label);
    const operations = await planAgainst(program, world);
    return { operations, unenforceable: unenforceableOf(world, operations) };
  } finally {
    await world.close();
  }
};

const planned = async (asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const source = readSource(asked.file, asked.limit);
  if (isLeft(source)) return reportError(terminal, source.left);
  const opened = await openSystem(
    source.right,
    { ...asked, secrets: { assignments: asked.secret, keep: false } },
    terminal,
  );
  if (opened === null) return exit.failed;
  const { system, program, stats } = opened;
  await show(await takenPorts(opened, asked.base), opened.textOf, terminal);
  const here = ({ operations, unenforceable }: Compared): ExitCode => {
    const planned = operations.map((one) => ({ ...one, because: program.because(one) }));
    const unresolved = unresolvedOf(program);
    return showPlan(planned, { stats, unenforceable, unresolved }, system, asked, terminal);
  };

  const reached = await reach(new SystemState(system));
  if (reached._tag === "Silent") return reportError(terminal, silent(system, reached));
  if (reached._tag === "Answering") {
    const { client, ask } = supervisedBy(system, reached);
    // Whoever keeps the system knows its inputs and what it measures.
    const { file, input } = asked;
    const answer = await ask("plan", {
      program: { file: resolve(file), text: source.right.text, inputs: input },
      secrets: Object.fromEntries(opened.secrets),
    });
    client.close();
    if (isLeft(answer)) return reportError(terminal, answer.left);
    const { operations, stats: theirs, unenforceable = [], unresolved = [], waiting = [] } = answer.right;
    return showPlan(
      operations,
      { stats: theirs, unenforceable, unresolved, waiting },
      system,
      asked,
      terminal,
    );
  }
  const fromNothing = async (): Promise<ExitCode> =>
    here({ operations: planOf(program.resources(), new Map()), unenforceable: [] });
  if (!asked.base.outlives) return fromNothing();
  const compare = async (): Promise<ExitCode> => {
    // As `apply` would go on with them.
    restoreInputs(program, readInputs(new SystemState(system)));
    return here(await planHere(opened, asked.base));
  };
  return withRights({ kinds: [asked.base], start: false, here: compare, nothing: fromNothing }, terminal);
};

export const plan = implement(schema, (asked, terminal) =>
  readingWithRights(asked, false, () => planned(asked, terminal), terminal),
);
