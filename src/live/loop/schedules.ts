/**
 * Jobs that run by the clock. A time is dealt with once: it is noted in the ledger first, and only then the program
 * wants another run, so that an orchestrator that takes over begins a run that was noted and not begun, and none twice.
 */

import type { Ended, EndedProcess } from "../../core/base.ts";
import { type CellKey, type Scheduled, scheduledCell } from "../../core/cell-key.ts";
import { processKey } from "../../core/resource.ts";
import { counted } from "../../core/tally.ts";
import { timetableOf } from "../../language/timetable.ts";
import type { AutomatonValue } from "../../language/value.ts";
import { uncompleted } from "../../reconcile.ts";
import { describeEnd, isUnseen, type ProcessState } from "../policy/process.ts";
import { followed, lateMs, missedSince, nextRun, timeText, withEnd } from "../policy/schedule.ts";
import { beginChange, record } from "./changes.ts";
import type { Input } from "./input.ts";
import { processState, type State, type Step, setProcess } from "./state.ts";
import { soon, touch } from "./turn.ts";

/** A job that runs by the clock. */
export interface ScheduleState {
  readonly noted: Scheduled;
  /** When it runs next, in milliseconds since 1970. */
  readonly next: number;
  /** A run that is being noted: it begins when it is. Null: none. */
  readonly noting: Scheduled | null;
}

/** So long at the most the clock is not looked at: somebody may put it forward or back. In milliseconds. */
const lookAgainMs = 30_000;

const note = (step: Step, automaton: string, scheduled: Scheduled | null, runs: boolean): void =>
  step.emit({ _tag: "NoteSchedule", automaton, scheduled, runs });

const keep = ({ state }: Step, automaton: string, noted: Scheduled): void => {
  state.schedules.set(automaton, { noted, next: nextRun(noted), noting: null });
};

/** Follows what an automaton's `schedule` says now. Returns the cell that says what of it has been dealt with, with its value. */
export const followSchedule = (
  step: Step,
  name: string,
  automaton: AutomatonValue,
): readonly [CellKey, Scheduled] | null => {
  const { state, program, wall } = step;
  const timetable = timetableOf(automaton);
  if (timetable === null) {
    forgetSchedule(step, name);
    return null;
  }
  const cell = scheduledCell(name);
  const known = state.schedules.get(name);
  const before = known?.noted ?? program.workspace.cells.get(cell);
  const noted = followed(before, timetable, state.zone, wall);
  if (noted !== before) note(step, name, noted, false);
  if (noted !== known?.noted) keep(step, name, noted);
  return [cell, noted];
};

/** An automaton does not run by the clock, or is gone. */
export const forgetSchedule = (step: Step, name: string): void => {
  if (step.state.schedules.delete(name)) note(step, name, null, false);
};

/** Deals with the times that have come: each job runs, or is told why it does not. */
export const runDue = (step: Step): void => {
  if (!step.state.byClock) return;
  for (const [name, known] of step.state.schedules) {
    const { noted, next } = known;
    if (known.noting !== null || next > step.wall) {
      if (noted.until > step.wall) follow(step, name); // the clock was put back
      continue;
    }
    const until = { ...noted, until: step.wall };
    if (isGoing(processState(step.state, processKey(name, 0)))) {
      keep(step, name, until);
      note(step, name, until, false);
      const time = timeText(next, noted.zone, step.wall);
      record(step, "skipped", name, `${name} does not run at ${time}: its last run still goes`);
      follow(step, name);
    } else {
      const noting = { ...until, time: next };
      step.state.schedules.set(name, { ...known, noting });
      note(step, name, noting, true);
    }
  }
};

const isGoing = (process: ProcessState | null): boolean =>
  process !== null && process.phase !== "stopped" && process.phase !== "backoff";

const follow = (step: Step, name: string): void => {
  const headline = `the schedule of ${name} goes on`;
  touch(step, name, beginChange(step, { event: "applied", automaton: name, headline, causes: [] }));
};

/** A run has been noted: it begins. */
export const scheduleNoted = (
  step: Step,
  { automaton, scheduled, problem }: Input & { readonly _tag: "ScheduleNoted" },
): void => {
  const { state, wall } = step;
  // It may have another schedule meanwhile.
  if (state.schedules.get(automaton)?.noting !== scheduled) return;
  soon(step);
  keep(step, automaton, scheduled);
  const key = processKey(automaton, 0);
  const process = processState(state, key);
  if (process?.phase === "stopped") {
    uncompleted(state.sides, key);
    setProcess(state, { ...process, phase: "waiting", end: null, problem: null });
  }
  if (problem !== null)
    record(
      step,
      "failed",
      automaton,
      `the run of ${automaton} is not noted (${problem}): another orchestrator might run it again`,
    );
  const headline = `${automaton} runs ${reasonOf(scheduled, wall)}`;
  touch(step, automaton, beginChange(step, { event: "scheduled", automaton, headline, causes: [] }));
};

const reasonOf = (scheduled: Scheduled, now: number): string => {
  const { time, zone } = scheduled;
  const text = timeText(time!, zone, now);
  if (now - time! < lateMs) return `by its schedule: it is ${text}`;
  const more = missedSince(scheduled, time!, now);
  return `now, instead of at ${text}${more === 0 ? "" : ` and ${counted(more, "time")} after that`}`;
};

/** A run has ended for good: how, and when, is noted. */
export const scheduleEnded = (
  step: Step,
  { process, startedAt }: ProcessState,
  { code, signal }: Ended,
): void => {
  const { state, now, wall } = step;
  const { automaton, spec } = process;
  const known = state.schedules.get(automaton);
  if (known === undefined) return;
  const [began, ended] = [Math.round(wall - (now - startedAt)), Math.round(wall)];
  const noted = { ...known.noted, last: { spec, began, ended, code, signal } };
  state.schedules.set(automaton, { ...known, noted });
  note(step, automaton, noted, false);
};

/** A run was found to have ended: unless that was noted then, it is noted now, and told. */
export const scheduleFoundEnded = (step: Step, { process }: ProcessState, end: EndedProcess): void => {
  const { automaton, index } = process;
  const cell = scheduledCell(automaton);
  const before = step.program.workspace.cells.get(cell);
  if (process.care.schedule === undefined || before === undefined) return;
  const noted = withEnd(before, end);
  if (noted === before) return;
  // What follows from a schedule is when its job runs, and not how it went: nothing else changes by that.
  step.program.observe([[cell, noted]]);
  note(step, automaton, noted, false);
  const text = `${automaton}.${index} ${describeEnd(end)}${isUnseen(end) ? "" : whileUnsupervised}`;
  step.emit({ _tag: "Record", event: "exit", automaton, text, causes: [], ended: { automaton, index } });
};

const whileUnsupervised = " while nobody supervised the system";

/** When the clock must be looked at again; infinite: nothing runs by it. */
export const scheduleAt = ({ state, now, wall }: Pick<Step, "state" | "now" | "wall">): number => {
  let at = Number.POSITIVE_INFINITY;
  if (!state.byClock) return at;
  for (const { next, noting } of state.schedules.values())
    if (noting === null) at = Math.min(at, now + Math.min(Math.max(next - wall, 1), lookAgainMs));
  return at;
};

/** Whether a process is one that the clock starts: nobody waits for it. */
export const runsByClock = ({ sides }: State, key: ReturnType<typeof processKey>): boolean => {
  const process = sides.desired.get(key);
  return process?.kind === "process" && process.care.schedule !== undefined;
};
