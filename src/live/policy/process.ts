/**
 * What is known of one process, and how each thing that happens to it changes that: when it may be
 * started again, and whether it takes connections. Pure: time comes in, a new state goes out.
 */
import { afterExit, type Backoff, freshBackoff, wantsRestart } from "../../../runtime/process/backoff.ts";
import type { Ended, EndedProcess, RunningProcess } from "../../core/base.ts";
import { sizeText } from "../../core/limits.ts";
import type { Health } from "../../core/monitor.ts";
import type { Care, Process, RestartPolicy } from "../../core/resource.ts";
import { foregroundAdvice } from "./foreground.ts";
import { steadyAfterMs } from "./readiness.ts";

/** `waiting`: to be started as soon as possible; `backoff`: not before `startAt`; `stopped`: not at all. */
export type Phase = "waiting" | "starting" | "ready" | "unhealthy" | "backoff" | "stopped";

export interface ProcessState {
  /** As it is wanted now. */
  readonly process: Process;
  readonly phase: Phase;
  readonly running: RunningProcess | null;
  readonly startedAt: number;
  readonly startAt: number;
  readonly backoff: Backoff;
  /** In phase `stopped`: how it ended. */
  readonly end: Ended | null;
  /** While it is ready: when it has been for long enough to be relied on. */
  readonly provedAt: number;
  /** What was told of it while it took long to get ready; null: nothing yet. */
  readonly told: string | null;
  /** What was last wrong with it, in words. */
  readonly problem: string | null;
}

/** How a process ended, in words: `exited with 1`. */
export const describeEnd = ({ code, signal, left = [], overMemory }: Ended): string => {
  const limit = overMemory === undefined ? "" : `its memory limit of ${sizeText(overMemory)}`;
  if (signal === "SIGKILL" && overMemory !== undefined) return `ended: passed ${limit}`;
  const after = overMemory === undefined ? "" : `, after a process of it had passed ${limit}`;
  if (signal !== null) return `ended by ${signal}${after}`;
  const end =
    code === null
      ? `ended while nobody supervised the system, so how is not known${after}`
      : `exited with ${code}${after}`;
  if (left.length === 0) return end;
  const names = [...new Set(left)].slice(0, 3).join(", ");
  return `${end}, and left ${names} running in the background: ${foregroundAdvice(left)}`;
};

/** After so many quick ends a process counts as failed, until it is ready once more. */
const failedAfter = 3;
/** After so many nobody should wait for it: seven seconds and more, in which what it needs may come up. */
const hopelessAfter = 8;

/** Whether nobody saw how it ended. */
export const isUnseen = ({ code, signal }: Ended): boolean => code === null && signal === null;

/**
 * What is to follow an end. An end that nobody saw counts as a failure, but for a run by the clock: that it was tried
 * for its time is certain, and one that is run twice is worse than one that may have failed.
 */
export const restartAfter = ({ restart, schedule }: Care, end: Ended): RestartPolicy =>
  schedule !== undefined && isUnseen(end) ? "never" : restart;

/** Takes what is wanted of a process now. A new command gets a new chance, and so does what ended if it is to be restarted. */
export const desire = (known: ProcessState | null, process: Process): ProcessState => {
  if (known?.process.spec === process.spec) {
    const isDue = known.end !== null && wantsRestart(restartAfter(process.care, known.end), known.end);
    return isDue ? { ...known, process, phase: "waiting", end: null } : { ...known, process };
  }
  return {
    process,
    phase: known === null || known.running === null ? "waiting" : known.phase,
    running: known?.running ?? null,
    startedAt: known?.startedAt ?? 0,
    startAt: 0,
    backoff: { ...freshBackoff, restarts: known?.backoff.restarts ?? 0 },
    end: null,
    provedAt: known?.provedAt ?? 0,
    told: null,
    problem: null,
  };
};

/** Somebody changed what it is started with, or asked for it anew: what waits for its next start is started at once. */
export const newChance = (state: ProcessState): ProcessState => {
  const { phase, running, backoff } = state;
  const waits = phase === "backoff" || phase === "waiting";
  if (!waits && phase !== "unhealthy") return state;
  const fresh = { ...state, startAt: 0, backoff: { ...freshBackoff, restarts: backoff.restarts } };
  return running === null ? { ...fresh, phase: "waiting" } : fresh;
};

/** It is about to be started. */
export const starting = (state: ProcessState, now: number): ProcessState => ({
  ...state,
  phase: "starting",
  running: null,
  startedAt: now,
});

/** It runs. */
export const started = (state: ProcessState, running: RunningProcess, ready: boolean): ProcessState => ({
  ...state,
  phase: ready ? "ready" : "starting",
  running,
  told: null,
  problem: null,
});

/** It was found running, in service or not as it was left. */
export const adopted = (
  state: ProcessState,
  running: RunningProcess,
  ready: boolean,
  now: number,
): ProcessState => started({ ...state, startedAt: now, provedAt: now }, running, ready);

/** It is gone because we ended it; one that had failed waits for its next start. */
export const gone = (state: ProcessState): ProcessState =>
  state.running === null
    ? state
    : { ...state, phase: state.phase === "unhealthy" ? "backoff" : "waiting", running: null };

/** It ended by itself: `startAt` says when it is started again; in phase `stopped` it is not. */
export const ended = (state: ProcessState, how: Ended, now: number): ProcessState => {
  const policy = restartAfter(state.process.care, how);
  const verdict = afterExit(policy, state.backoff, how, now - state.startedAt);
  const common = { ...state, running: null, backoff: verdict.backoff, problem: describeEnd(how) };
  if (verdict._tag === "stay") return { ...common, phase: "stopped", end: how };
  return {
    ...common,
    phase: verdict.afterMs === 0 ? "waiting" : "backoff",
    startAt: now + verdict.afterMs,
  };
};

/** It was found to have ended, while nobody or another orchestrator watched. Null: it is to be started again. */
export const foundEnded = (
  state: ProcessState,
  { spec, code, signal, overMemory }: EndedProcess,
): ProcessState | null => {
  const end = { code, signal, ...(overMemory !== undefined && { overMemory }) };
  // A job that nobody saw end may not have come to its end. One that runs by the clock runs again when its time comes.
  const { care } = state.process;
  if (care.once === true && care.schedule === undefined && isUnseen(end)) return null;
  if (state.running !== null || spec !== state.process.spec) return null;
  if (wantsRestart(restartAfter(care, end), end)) return null;
  return { ...state, phase: "stopped", end, problem: describeEnd(end) };
};

/** A start was refused: there is no such command, or the like. */
export const startRefused = (state: ProcessState, problem: string): ProcessState => ({
  ...state,
  phase: "backoff",
  running: null,
  problem,
});

/** What a probe said. */
export const checked = (
  state: ProcessState,
  health: Health,
  problem: string | null,
  now: number,
): ProcessState => {
  // A job is done when it has ended, not before.
  if (state.running === null || state.process.care.once === true) return state;
  // Found in service and not yet well: it stays in service until the probes are sure. What came too late stays so.
  const isKept = state.phase === "ready" || state.phase === "unhealthy";
  const phase = health._tag === "starting" && isKept ? state.phase : health._tag;
  if (phase === state.phase) return { ...state, problem };
  return { ...state, phase, problem, provedAt: now + steadyAfterMs(state.backoff.quickEnds) };
};

/**
 * It runs and is unhealthy: when it is started again once it was ended. Null: it is left as it is.
 * One that the program gives no way to ask may have its reasons not to listen.
 */
export const restartUnhealthy = (state: ProcessState, now: number): ProcessState | null => {
  if (state.running === null || state.process.care.probe === null) return null;
  const failed = { code: 1, signal: null };
  const verdict = afterExit(state.process.care.restart, state.backoff, failed, now - state.startedAt);
  return verdict._tag === "stay"
    ? null
    : { ...state, backoff: verdict.backoff, startAt: now + verdict.afterMs };
};

/** When it must have become ready; infinite: it may take as long as it takes. */
export const startLimitAt = ({ phase, running, startedAt, process }: ProcessState): number =>
  phase === "starting" && running !== null && process.care.startMs !== undefined
    ? startedAt + process.care.startMs
    : Number.POSITIVE_INFINITY;

/**
 * It did not get ready in time, and counts as ended by a failure. `again`: it is to be ended, and started anew at
 * `startAt`; else it runs on, unhealthy, as `restart never` has it.
 */
export const notReadyInTime = (
  state: ProcessState,
  limit: string,
  now: number,
): { readonly state: ProcessState; readonly again: boolean } => {
  const problem = `not ready within ${limit}${state.problem === null ? "" : `: ${state.problem}`}`;
  const failed = { code: 1, signal: null };
  // However long it was waited for, that was no time in which it ran well.
  const verdict = afterExit(state.process.care.restart, state.backoff, failed, 0);
  const unhealthy: ProcessState = { ...state, phase: "unhealthy", problem, backoff: verdict.backoff };
  return verdict._tag === "stay"
    ? { state: unhealthy, again: false }
    : { state: { ...unhealthy, startAt: now + verdict.afterMs }, again: true };
};

/** Whether it may be started now. */
export const mayStart = ({ phase, startAt }: ProcessState, now: number): boolean =>
  phase !== "stopped" && startAt <= now;

/** Of a job how it stands; null of what is none. */
export const jobState = ({ process, running, end }: ProcessState): "running" | "done" | "failed" | null => {
  if (process.care.once !== true) return null;
  if (end !== null) return isDone({ end }) ? "done" : "failed";
  return running === null ? null : "running";
};

/** Whether it has done what it was to do: it ended, and well, as far as anybody knows. */
export const isDone = ({ end }: Pick<ProcessState, "end">): boolean =>
  end !== null && end.signal === null && (end.code ?? 0) === 0;

const isDown = (state: ProcessState, quickEnds: number): boolean => {
  const { phase, backoff } = state;
  if (phase === "stopped") return !isDone(state);
  return phase === "unhealthy" || (phase !== "ready" && backoff.quickEnds >= quickEnds);
};

/** Whether something is wrong with it, for all that is known. */
export const isFailed = (state: ProcessState): boolean => isDown(state, failedAfter);

/** Whether it will not answer again before something changes. */
export const isHopeless = (state: ProcessState): boolean => isDown(state, hopelessAfter);

/** Whether there is nothing to wait for: it is as it should be, or has ended for good. */
export const isSettled = ({ phase }: ProcessState): boolean => phase === "ready" || phase === "stopped";
