/** Operations that begin and end: whether each may be begun, and what follows from how it went. */
import type { Failure } from "../../core/base.ts";
import { called } from "../../core/called.ts";
import { type Operation, subject } from "../../core/operation.ts";
import { hubKey, type ResourceKey } from "../../core/resource.ts";
import { begin, finish, ready } from "../../reconcile.ts";
import { noFailure, operationPerformed, operationRefused, retryAt } from "../policy/failures.ts";
import { adopted, gone, mayStart, started, starting, startRefused } from "../policy/process.ts";
import { beginChange, type Change, operationDone, operationFailed, record } from "./changes.ts";
import type { Input } from "./input.ts";
import { doubt, readAgain } from "./look.ts";
import { neededByLeaving, StartOrder } from "./order.ts";
import { countDraining, mayReplace, rollOf } from "./plan.ts";
import { attend, unmonitor } from "./program.ts";
import { automatonRecord, forgetProcess, processState, type Step, setDraining, setProcess } from "./state.ts";
import { soon, touch } from "./turn.ts";

type Finished = Input & { readonly _tag: "OperationsFinished" };

/** Processes that are started or ended at one time. */
const processesAtOnce = 64;
/** From so many refusals on, the reason may be that the world is not as it is believed to be. */
const doubtfulAfter = 3;

const isProcess = (operation: Operation): boolean => subject(operation).kind === "process";

/**
 * Begins whatever can be begun: what makes up the network as one batch at a time, and beside it every
 * process for itself, so that an end that takes its time holds up nothing.
 */
export const dispatch = (step: Step): void => {
  const { sides, flying } = step.state;
  if (sides.diff.size === 0) return;
  const order = new StartOrder(step);
  if (!flying.network) {
    const batch = ready(sides, (one) => !isProcess(one) && may(step, one, order));
    if (batch.length > 0) {
      flying.network = true;
      launch(step, batch);
    }
  }
  const free = processesAtOnce - flying.processes;
  if (free <= 0) return;
  const needed = neededByLeaving(step.state);
  const mayNow = (one: Operation): boolean =>
    isProcess(one) &&
    may(step, one, order) &&
    !(one.op === "delete" && needed.has(one.before.automaton ?? ""));
  for (const one of ready(sides, mayNow).slice(0, free)) {
    flying.processes++;
    launch(step, [one]);
  }
};

const launch = (step: Step, operations: readonly Operation[]): void => {
  for (const { after } of operations) {
    if (after?.kind !== "process") continue;
    unmonitor(step, after.key);
    const process = processState(step.state, after.key);
    if (process !== null) setProcess(step.state, starting(process, step.now));
    automatonRecord(step.state, after.automaton).begun.set(after.index, after.spec);
  }
  begin(step.state.sides, operations);
  step.emit({ _tag: "Perform", operations });
};

/** Whether its time has come. */
const may = (step: Step, one: Operation, order: StartOrder): boolean => {
  const { state, now } = step;
  const failure = state.failures.get(one.key);
  if (failure !== undefined && retryAt(failure) > now) return false;
  const resource = subject(one);
  if (resource.kind !== "process") return true;
  if (one.after?.kind === "process" && order.isHeld(one.after)) return false;
  if (one.op === "update") return mayReplace(state, resource);
  const process = processState(state, one.key);
  return one.op === "delete" || process === null || mayStart(process, now);
};

/** What operations came to. */
export const operationsFinished = (step: Step, { operations, failures, running }: Finished): void => {
  const { state } = step;
  const { flying, sides } = state;
  if (isProcess(operations[0]!)) flying.processes--;
  else flying.network = false;
  const refused = new Map(failures.map((failure) => [failure.key, failure]));
  finish(sides, operations, new Set(refused.keys()));
  if (state.phase === "closed") return;
  let follows: Change | undefined;
  for (const one of operations) {
    const { automaton, kind } = subject(one);
    const failure = refused.get(one.key);
    if (failure === undefined) wentWell(step, one, running);
    else wasRefused(step, one, failure, running);
    const moves = kind === "process" || kind === "instance" || kind === "limits";
    if (automaton !== null && (moves || failure !== undefined)) {
      const headline = `${automaton} follows`;
      follows ??= beginChange(step, { event: "applied", automaton, headline, causes: [] });
      touch(step, automaton, rollOf(state, automaton) ?? follows);
    }
  }
  countDraining(step);
  soon(step);
};

const wasRefused = (
  step: Step,
  { op, key, after }: Operation,
  failure: Failure,
  running: Finished["running"],
): void => {
  const { state, now } = step;
  const known = operationRefused(state.failures.get(key) ?? noFailure, failure, now);
  state.failures.set(key, known);
  if (known.refused!.backoff.count >= doubtfulAfter) doubt(step, `${called(key)} is refused again and again`);
  const process = processState(state, key);
  const runs = running.get(key);
  if (op === "update" && process !== null && runs !== undefined) {
    // Nothing was done: what was to be replaced runs on.
    setProcess(state, adopted(process, runs, false, now));
    attend(step, process.process);
  } else if (after?.kind === "process" && process !== null) {
    setProcess(state, startRefused(process, `${failure.doing}: ${failure.message}`));
  }
  operationFailed(step, failure);
};

const wentWell = (step: Step, one: Operation, running: Finished["running"]): void => {
  const { state } = step;
  const { key, op } = one;
  const { automaton, kind } = subject(one);
  const known = state.failures.get(key);
  if (known?.refused != null) {
    state.failures.set(key, operationPerformed(known));
    record(step, "recovered", automaton, `${key}: ${known.refused.failure.doing}: it went well now`);
  }
  if (kind === "process") processPerformed(step, one, running);
  if (key === hubKey && op === "create") hubCreated(step);
  operationDone(step, one);
};

const processPerformed = (
  step: Step,
  { key, after }: Operation,
  running: ReadonlyMap<ResourceKey, Parameters<typeof started>[1]>,
): void => {
  const { state } = step;
  const process = processState(state, key);
  state.unwanted.delete(key);
  if (process === null) return;
  if (after?.kind !== "process") {
    if (state.sides.desired.has(key)) setProcess(state, gone(process));
    else forgetProcess(state, process.process);
    return;
  }
  const runs = running.get(key);
  // It may have ended already: then the event of its end has been here.
  if (runs === undefined || !state.sides.actual.has(key)) return;
  setDraining(state, after.automaton, after.index, null);
  setProcess(state, started(process, runs, false));
  attend(step, after);
};

/** A hub that is made anew took everything along that was known of the system. */
const hubCreated = (step: Step): void => {
  const { state } = step;
  step.emit({ _tag: "HubReplaced" });
  if (state.hadHub) readAgain(step, "the hub was lost");
  state.hadHub = true;
};
