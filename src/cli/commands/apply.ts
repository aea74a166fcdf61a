import { resolve } from "node:path";
import { type Either, isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { jsonText } from "../../core/json-text.ts";
import { startsProgram } from "../../core/operation.ts";
import { doneLine, tally } from "../../core/tally.ts";
import { visibleLine } from "../../core/visible.ts";
import type { ChangeMessage, LiveEvent, Result } from "../../live/control/messages.ts";
import { reach } from "../../live/control/reach.ts";
import type { Status } from "../../live/control/status.ts";
import { type NotReady, notReadyIn } from "../../live/status/not-ready.ts";
import { unsupervisedStatus } from "../../live/status/unsupervised.ts";
import { type ExitCode, exit } from "../command.ts";
import { goesOn, whenInterrupted } from "../interrupted.ts";
import { keep, showFailures, showTakenBack, showWarnings } from "../keep.ts";
import { readingWithRights, withRights } from "../kernel.ts";
import { base, duration, flag, implement, orElse, text } from "../option-schema.ts";
import { type OpenedSystem, openSystem, systemWords } from "../program.ts";
import { EventFeed, isTrouble } from "../render/event-feed.ts";
import { operationJson } from "../render/plan.ts";
import { progressOn } from "../render/progress.ts";
import { reasons } from "../render/status.ts";
import { theme } from "../render/theme.ts";
import { type ReportedError, reportError, say } from "../report-error.ts";
import { secretAssignment } from "../secrets.ts";
import { silent } from "../silent.ts";
import { readSource, type SourceText } from "../source.ts";
import { type Supervised, supervisedBy } from "../systems.ts";
import type { Terminal } from "../terminal.ts";
import { showWaiting } from "../waiting.ts";

/** Of so many automata the log is named. */
const mostHints = 3;

/** Unless told otherwise, so long is waited for all to be ready. In milliseconds. */
export const usualTimeout = 60_000;

const schema = t.type({
  file: text,
  json: flag,
  timeout: orElse(duration, usualTimeout),
  "no-wait": flag,
  "allow-unenforced": flag,
  base,
  secret: orElse(t.array(secretAssignment), []),
  ...systemWords,
});
type Asked = t.TypeOf<typeof schema>;
/** How a command waits for what it changed, and tells it. */
export type ApplyOptions = Pick<Asked, "json" | "timeout" | "no-wait" | "base">;

/** As it is asked for: `90s`, `5m`. */
const spanOf = (milliseconds: number): string =>
  milliseconds % 60_000 === 0 ? `${milliseconds / 60_000}m` : `${milliseconds / 1_000}s`;

/** What was done, and how the system stands then. `takenBack`: nothing of it is left. */
interface ApplyResult extends ChangeMessage {
  /** Nobody goes on with it. */
  readonly isLeft?: boolean;
  /** How jobs end that still run will be known all the same. */
  readonly seesEnds?: boolean;
  readonly takenBack?: boolean;
  readonly status: Status;
  readonly timedOut: boolean;
}

/** Says which instances are not ready, and why, and where more of it stands. */
const showNotReady = (
  notReady: readonly NotReady[],
  { status, timedOut, isLeft: leaves = false, seesEnds = false }: ApplyResult,
  asked: ApplyOptions,
  { err }: Terminal,
): void => {
  const lines = [...status.problems, ...reasons(withoutScheduled(status))];
  for (const line of lines) say(err, "error", visibleLine(line));
  if (timedOut) {
    const jobs = notReady.filter(({ state }) => state === "running");
    const names = jobs.map(({ automaton, index }) => `${automaton}.${index}`).join(", ");
    const still = `: ${names} still ${jobs.length === 1 ? "runs" : "run"}`;
    const late = jobs.length > 0 ? still : lines.length === 0 ? ": an update is not through" : "";
    say(err, "error", `${status.system} was not ready within ${spanOf(asked.timeout)}${late}`);
    if (leaves && jobs.length > 0)
      say(
        err,
        "hint",
        seesEnds
          ? `it goes on: \`architect status ${status.system}\` shows how it ends; --timeout gives it more time`
          : "nobody will see how that ends, and the next apply or run runs it again: give it more time by --timeout, or use architect run",
      );
  }
  if (!asked.base.runsPrograms) return;
  const begun = notReady.filter((one) => !isUnstarted(status, one));
  const firsts = new Map(begun.toReversed().map(({ automaton, index }) => [automaton, index]));
  for (const [automaton, index] of [...firsts].reverse().slice(0, mostHints))
    say(err, "hint", `architect logs ${automaton}.${index}`);
};

/** How the last run by the clock ended is told by `status`. */
const withoutScheduled = (status: Status): Status => ({
  ...status,
  automata: status.automata.map((automaton) => ({
    ...automaton,
    instances: automaton.instances.filter(({ schedule }) => schedule === undefined),
  })),
});

/** Whether nothing of it was ever started, so that nothing is in its log. */
const isUnstarted = ({ automata }: Status, { automaton, index, state }: NotReady): boolean => {
  const instances = automata.find(({ name }) => name === automaton)?.instances;
  const found = instances?.find((one) => one.index === index);
  return state === "starting" && found?.pid === null && found.restarts === 0;
};

const show = (outcome: ApplyResult, asked: ApplyOptions, terminal: Terminal): ExitCode => {
  const { operations, failures, warnings = [], milliseconds, status, timedOut } = outcome;
  const { out } = terminal;
  const { problems, system } = status;
  const waits = !asked["no-wait"];
  const notReady = failures.length > 0 || !waits ? [] : notReadyIn(status, timedOut);
  const failed = failures.length > 0 || (waits && (timedOut || problems.length + notReady.length > 0));
  showFailures(failures, terminal);
  if (outcome.takenBack === true) showTakenBack(system, terminal);
  showWarnings([...warnings, ...status.warnings], terminal);
  if (waits && failures.length === 0) showNotReady(notReady, outcome, asked, terminal);
  if (asked.json)
    out.write(
      `${jsonText({ summary: tally(operations), operations, failures, milliseconds, problems, warnings: status.warnings, notReady })}\n`,
    );
  else {
    const done = doneLine(operations, milliseconds, theme(out.colour));
    out.write(`${system}: ${done}${outcome.takenBack === true ? ", all taken back" : ""}\n`);
  }
  return failed ? exit.failed : exit.done;
};

/** By the orchestrator that has the system. */
const hand = async (
  keeper: Supervised,
  { text }: SourceText,
  asked: Asked,
  terminal: Terminal,
): Promise<ExitCode> => {
  const program = { file: resolve(asked.file), text, inputs: asked.input };
  const allowed = asked["allow-unenforced"] ? { allowUnenforced: true as const } : {};
  const change = (wait: { readonly waitMs?: number }) =>
    keeper.ask("apply", { program, ...allowed, ...wait });
  return waitedFor(keeper, "applying", change, asked, terminal);
};

/** Has an orchestrator change something, waits with it for all to be ready, and shows what came of it. */
export const waitedFor = async (
  { client, system }: Supervised,
  phase: string,
  change: (wait: { readonly waitMs?: number }) => Promise<Either<ReportedError, Result<"apply">>>,
  asked: ApplyOptions,
  terminal: Terminal,
): Promise<ExitCode> => {
  const progress = progressOn(terminal.err);
  progress.phase(phase);
  const wait = asked["no-wait"] ? {} : { waitMs: asked.timeout };
  const look = async (): Promise<Status | null> => {
    const answer = await client.ask("status", {});
    return isLeft(answer) ? null : answer.right;
  };
  const events = new EventFeed(terminal.err);
  await client.listen((event) => {
    if (isTrouble(event) && !asked.json) progress.aside(() => events.print(event));
  });
  const answer = await whenInterrupted(terminal, progress, goesOn(system), () =>
    showWaiting(progress, look, change(wait)),
  );
  client.close();
  progress.end();
  return isLeft(answer) ? reportError(terminal, answer.left) : show(answer.right, asked, terminal);
};

const applyHere = async (opened: OpenedSystem, asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const events = new EventFeed(terminal.err);
  let onEvent: (event: LiveEvent) => void = () => {};
  const kept = await keep(opened, asked.base, terminal, {
    allowUnenforced: asked["allow-unenforced"],
    onEvent: (event) => onEvent(event),
    // Who leaves runs nothing by the clock: it would end with nobody there.
    byClock: false,
  });
  if (kept === null) return exit.failed;
  const { live, progress, performed } = kept;
  onEvent = (event) => {
    if (isTrouble(event) && !asked.json) progress.aside(() => events.print(event));
  };
  progress.phase("applying");
  const { system } = live;
  const made = `what is made of ${system} is left; \`architect apply\` again goes on with it, \`architect down ${system}\` removes it`;
  const { failures, milliseconds, fresh, timedOut } = await whenInterrupted(
    terminal,
    progress,
    made,
    async () => {
      const started = await live.start();
      const waited = asked["no-wait"] || live.settledWithin(asked.timeout, performed().some(startsProgram));
      const isSettled = await showWaiting(progress, () => live.status(), Promise.resolve(waited));
      return { ...started, timedOut: !isSettled };
    },
  );
  const last = live.status();
  // A system that could not be brought up leaves nothing half-made behind; one that ran before still runs.
  const isUseless = failures.length > 0 && fresh;
  // And what ends with this process has nothing to leave.
  const goes = isUseless || !asked.base.outlives;
  const status = goes ? last : unsupervisedStatus(last);
  const left = goes ? await live.remove() : [];
  await (goes ? live.closed : live.stop());
  progress.end();
  const operations = performed().map(operationJson);
  return show(
    {
      ...{ operations, failures: [...failures, ...left], milliseconds, status, timedOut },
      ...{ takenBack: isUseless, isLeft: !goes, seesEnds: live.seesEnds },
    },
    asked,
    terminal,
  );
};

const applied = async (asked: Asked, terminal: Terminal): Promise<ExitCode> => {
  const source = readSource(asked.file, asked.limit);
  if (isLeft(source)) return reportError(terminal, source.left);
  const opened = await openSystem(
    source.right,
    { ...asked, keepSystem: true, secrets: { assignments: asked.secret, keep: true } },
    terminal,
  );
  if (opened === null) return exit.failed;
  const { system } = opened;
  const reached = await reach(new SystemState(system));
  if (reached._tag === "Silent") return reportError(terminal, silent(system, reached));
  if (reached._tag === "Answering") return hand(supervisedBy(system, reached), source.right, asked, terminal);
  const here = (): Promise<ExitCode> => applyHere(opened, asked, terminal);
  return withRights({ kinds: [asked.base], start: true, here, nothing: here }, terminal);
};

export const apply = implement(schema, (asked, terminal) =>
  readingWithRights(asked, true, () => applied(asked, terminal), terminal),
);
