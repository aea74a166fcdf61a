/** How a system stands as a whole: whether it is as it should be, on its way, or in trouble, and why. */
import { instanceKey, processKey, type ResourceKey } from "../../core/resource.ts";
import { ready } from "../../reconcile.ts";
import { isOver, operationPerformed, problemsOf } from "../policy/failures.ts";
import { isFailed, isHopeless, jobState, type ProcessState } from "../policy/process.ts";
import { lateMs, overdueMs } from "../policy/readiness.ts";
import { notReadyLine, processReason, soAre, unfinishedLine } from "../status/reason.ts";
import { abandonAwaited, abandonHeld, record, trailOf } from "./changes.ts";
import { areHostsAsked, hostProblems } from "./hosts.ts";
import { StartOrder } from "./order.ts";
import { rollOf } from "./plan.ts";
import { runsByClock } from "./schedules.ts";
import { automatonRecord, flights, processState, type State, type Step, setProcess } from "./state.ts";

/** Looks at how things stand, records a change of that, and ends what nothing more can be done for. */
export const assess = (step: Step): void => {
  const { state } = step;
  tellLate(step);
  const before = state.convergence;
  const order = new StartOrder(step);
  state.problems = problems(step, order);
  state.convergence = state.problems.length > 0 ? "degraded" : isBusy(state) ? "converging" : "converged";
  if (state.convergence !== before) {
    if (state.convergence === "degraded") record(step, "degraded", null, state.problems.join("; "));
    else if (before === "degraded" || state.convergence === "converged")
      record(step, state.convergence, null, `the system is ${state.convergence}`);
  }
  tellWaiting(step, order);
  if (state.waiting.size > 0) abandonHeld(step, (key) => isHeldBack(state, order, key));
  if (!isQuiet(step, order)) return;
  abandonAwaited(step);
  step.emit({ _tag: "Quiet" });
};

/** Whether a resource waits for what its automaton is to start after. */
const isHeldBack = ({ sides }: State, order: StartOrder, key: ResourceKey): boolean => {
  const wanted = sides.desired.get(key);
  if (wanted === undefined || sides.busy.has(key)) return false;
  // Files are replaced in a process that runs.
  const process =
    wanted.kind === "files" ? sides.desired.get(processKey(wanted.automaton, wanted.index)) : wanted;
  return process?.kind === "process" && order.isHeld(process);
};

const problems = (step: Step, order: StartOrder): readonly string[] => {
  const { state, now } = step;
  const found: string[] = [];
  for (const [key, known] of state.failures) {
    // What was refused and is as it should be all the same is refused no more.
    const failure = state.sides.diff.has(key) ? known : operationPerformed(known);
    if (isOver(failure, now)) state.failures.delete(key);
    else {
      state.failures.set(key, failure);
      found.push(...problemsOf(key, failure, now));
    }
  }
  found.push(...state.misfits.values(), ...hostProblems(state));
  for (const [key, { process }] of [...state.unsettled, ...state.stopped]) {
    if (process === null || isRefused(state, key) || runsByClock(state, key)) continue;
    if (isFailed(process) || isOverdue(process, now))
      found.push(notReadyLine(process.process, jobState(process) ?? process.phase, processReason(process)));
  }
  // What is not started yet is told with its instances; what runs on as it was, only here.
  for (const name of state.waiting) {
    const wait = order.waitOf(name);
    const runs = [...(state.automata.get(name)?.instances.values() ?? [])].some(
      ({ process }) => process !== null && process.running !== null,
    );
    if (wait?.failed === true && runs) found.push(`${name} is not updated: it ${wait.words}`);
  }
  return found.length === 0 ? found : [...found, ...unfinished(state)];
};

/** The updates that wait for an instance that will not answer: what serves goes on as it was before. */
const unfinished = (state: State): readonly string[] =>
  [...state.active].flatMap((name) => {
    const count = state.automata.get(name)?.scaling?.stale.size ?? 0;
    if (count === 0 || !isStuck(state, name)) return [];
    return [unfinishedLine(name, count)];
  });

/** Records of each that waits for what has failed what that is, and again when that changes. */
const tellWaiting = (step: Step, order: StartOrder): void => {
  for (const name of step.state.waiting) {
    const known = automatonRecord(step.state, name);
    const wait = order.waitOf(name);
    const words = wait?.failed === true ? wait.words : null;
    if (words === known.toldWait) continue;
    known.toldWait = words;
    if (words !== null) record(step, "waiting", name, `${name} ${words}`);
  }
};

/** Records of each that takes long to get ready why, and again when that changes. */
const tellLate = (step: Step): void => {
  const { state, now } = step;
  const alike = new Map<string, ProcessState[]>();
  for (const { process } of state.unsettled.values()) {
    if (process?.phase !== "starting" || process.process.care.once === true) continue;
    if (now < process.startedAt + lateMs) continue;
    const reason = processReason(process);
    if (process.told === reason) continue;
    setProcess(state, { ...process, told: reason });
    const key = `${process.process.automaton} ${reason}`;
    alike.set(key, [...(alike.get(key) ?? []), process]);
  }
  for (const [first, ...others] of alike.values()) {
    const { process, phase } = first!;
    const line = notReadyLine(process, phase, processReason(first!));
    const roll = rollOf(state, process.automaton);
    record(
      step,
      "waiting",
      process.automaton,
      `${line}${soAre(others.length)}`,
      roll === null ? [] : trailOf(roll),
    );
  }
};

/** A job may take as long as it takes. */
const isOverdue = ({ phase, startedAt, process }: ProcessState, now: number): boolean =>
  phase === "starting" && process.care.once !== true && now >= startedAt + overdueMs;

/** When something is to be told, or becomes a problem, for having lasted; infinite: nothing will. */
export const overdueAt = ({ unsettled }: State, now: number): number => {
  let at = Number.POSITIVE_INFINITY;
  for (const { process } of unsettled.values()) {
    if (process?.phase !== "starting") continue;
    for (const due of [process.startedAt + lateMs, process.startedAt + overdueMs])
      if (due > now) at = Math.min(at, due);
  }
  return at;
};

const isRefused = ({ failures }: State, key: ResourceKey): boolean => failures.get(key)?.refused != null;

const isGivenUp = (state: State, key: ResourceKey): boolean => {
  if (isRefused(state, key)) return true;
  const process = processState(state, key);
  return process !== null && isHopeless(process);
};

const isBusy = (state: State): boolean => {
  if (state.checking > 0 || !areHostsAsked(state)) return true;
  // What the clock starts is not waited for.
  for (const key of state.sides.busy.keys()) if (!runsByClock(state, key)) return true;
  for (const key of state.sides.diff.keys())
    if (processState(state, key)?.phase !== "stopped" && !runsByClock(state, key)) return true;
  if (state.active.size > 0) return true;
  for (const { process } of state.unsettled.values())
    if (
      (process?.phase === "starting" || process?.phase === "waiting") &&
      process.process.care.schedule === undefined
    )
      return true;
  return false;
};

/**
 * Whether nothing more will happen by itself soon: what could be done is done, and what is
 * started is ready or given up.
 */
export const isQuiet = (
  known: Pick<Step, "program" | "state">,
  order: StartOrder = new StartOrder(known),
): boolean => {
  const { state } = known;
  if (state.phase === "closed") return true;
  if (state.turn.isDue || state.checking > 0 || flights(state) > 0) return false;
  if (state.look?.at === null || !areHostsAsked(state)) return false;
  const possible = ready(
    state.sides,
    ({ key, after }) =>
      !isGivenUp(state, key) &&
      !runsByClock(state, key) &&
      processState(state, key)?.phase !== "backoff" &&
      !(after?.kind === "process" && order.isHeld(after)),
  );
  if (possible.some(({ key, op }) => op !== "update" || processState(state, key) === null)) return false;
  for (const name of state.active) {
    const { draining, stale, proves } = state.automata.get(name)!.scaling!;
    if (draining.size > 0 || proves) return false;
    if (stale.size > 0 && !isStuck(state, name)) return false;
  }
  // A process that waits is among what is possible, or waits for what was refused.
  for (const [key, { process }] of state.unsettled)
    if (process?.phase !== "waiting" && !isGivenUp(state, key) && !runsByClock(state, key)) return false;
  return true;
};

/** Whether a roll waits for an instance that will not answer. */
const isStuck = (state: State, name: string): boolean => {
  for (const [key, { automaton, index }] of state.unsettled) {
    if (automaton !== name) continue;
    if (isGivenUp(state, key) || isRefused(state, instanceKey(name, index))) return true;
  }
  return false;
};
