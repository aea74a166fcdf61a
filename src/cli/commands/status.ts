import { setTimeout as sleep } from "node:timers/promises";
import { type Either, isLeft, right } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { jsonText } from "../../core/json-text.ts";
import type { Status } from "../../live/control/status.ts";
import { type ExitCode, exit } from "../command.ts";
import { withRights } from "../kernel.ts";
import { type Found, find, lookAt, needsWorld } from "../look.ts";
import { flag, implement, optional, systemName } from "../option-schema.ts";
import { renderOverview } from "../render/overview.ts";
import { renderStatus } from "../render/status.ts";
import { theme } from "../render/theme.ts";
import { type ReportedError, reportError } from "../report-error.ts";
import { Screen } from "../screen/screen.ts";
import { silent } from "../silent.ts";
import { chooseSystem, systems } from "../systems.ts";
import type { Terminal } from "../terminal.ts";

const schema = t.type({ system: optional(systemName), json: flag, all: flag, watch: flag });
type Asked = t.TypeOf<typeof schema>;

/** How often a watched status is asked for again. */
const lookMs = 500;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** What is shown of what there is. */
const shown = (statuses: readonly Status[], one: boolean, asked: Asked, { out }: Terminal): string => {
  const [first] = statuses;
  if (one && first !== undefined)
    return asked.json
      ? `${jsonText(first)}\n`
      : renderStatus(first, asked.all, out.columns(), theme(out.colour));
  return asked.json
    ? `${jsonText({ systems: statuses })}\n`
    : renderOverview(statuses, out.columns(), theme(out.colour));
};

/** All that there is of systems, as often as it is asked. */
type Ask = () => Promise<readonly Status[]>;

/** Shows it again as it changes, until a signal, or the end of the reader, or of the last system. */
const watch = async (
  ask: Ask,
  first: readonly Status[],
  one: boolean,
  asked: Asked,
  terminal: Terminal,
): Promise<ExitCode> => {
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());
  const end = AbortSignal.any([stopped.signal, terminal.out.gone()]);
  const isScreen = terminal.out.live && process.stdin.isTTY === true && !asked.json;
  const isLeft = isScreen
    ? (await new Screen(ask, first, terminal, process.stdin).run(end)) === "quit"
    : await follow(ask, first, one, asked, terminal, end);
  if (isLeft) return exit.done;
  return reportError(terminal, { message: one ? `${first[0]!.system} is gone` : "no system runs any more" });
};

/** Writes it as often as it changes; whether that was ended, and not the systems. */
const follow = async (
  ask: Ask,
  first: readonly Status[],
  one: boolean,
  asked: Asked,
  terminal: Terminal,
  end: AbortSignal,
): Promise<boolean> => {
  const { out } = terminal;
  let before = "";
  const ended = aborted(end);
  for (let statuses = first; statuses.length > 0; statuses = await ask()) {
    const now = shown(statuses, one, asked, terminal);
    if (now !== before) out.write(now);
    before = now;
    // A slow reader is shown what is there when it has read.
    await Promise.race([out.drained(), ended]);
    await sleep(lookMs, undefined, { signal: end }).catch(() => undefined);
    if (end.aborted) break;
  }
  return end.aborted;
};

const show = async (
  found: readonly Found[],
  one: boolean,
  asked: Asked,
  terminal: Terminal,
): Promise<ExitCode> => {
  const looks = await Promise.all(found.map(lookAt));
  const ask: Ask = async () =>
    (await Promise.all(looks.map(({ look }) => look()))).filter((status) => status !== null);
  try {
    const statuses = await ask();
    if (statuses.length === 0) return reportError(terminal, absent(found));
    if (asked.watch) return await watch(ask, statuses, one, asked, terminal);
    terminal.out.write(shown(statuses, one, asked, terminal));
    return exit.done;
  } finally {
    for (const { close } of looks) await close();
  }
};

/** That there is nothing to show of systems that were found by name. */
const absent = (found: readonly Found[]): ReportedError => {
  const [{ system, reached } = { system: "", reached: { _tag: "Absent" as const } }] = found;
  if (reached._tag === "Silent") return silent(system, reached);
  return { message: found.length === 1 ? `nothing of ${system} is here` : "no system runs here" };
};

export const status = implement(schema, async (asked, terminal) => {
  const all = await systems();
  const chosen = asked.system === null && all.length > 1 ? right(all) : await only(asked.system);
  if (isLeft(chosen)) return reportError(terminal, chosen.left);
  const found = await Promise.all(chosen.right.map(find));
  const here = (): Promise<ExitCode> => show(found, chosen.right.length === 1, asked, terminal);
  const kinds = found.filter(needsWorld).map(({ kind }) => kind);
  const nothing = async (): Promise<ExitCode> => reportError(terminal, absent(found));
  return withRights({ kinds, start: false, here, nothing }, terminal);
});

/** The one system that is meant. */
const only = async (name: string | null): Promise<Either<ReportedError, readonly string[]>> => {
  const chosen = await chooseSystem(name, "name one: architect status SYSTEM");
  return isLeft(chosen) ? chosen : right([chosen.right]);
};
