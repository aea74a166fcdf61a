/**
 * The control loop: every decision about a running system is made here, and nowhere else.
 *
 *   step(machine, input, now, wall) → effects
 *
 * The same inputs in the same order at the same times give the same effects: nothing below reads a
 * clock, waits, or touches the world. Inputs change what is known and mark what they touch; when all
 * that came in at once has been taken, a turn decides: it plans what is marked, begins the operations
 * whose time has come, and says when to be woken.
 */
import type { Program } from "../../program/program.ts";
import { retryAt } from "../policy/failures.ts";
import { abandonAwaited, closeFinished, record } from "./changes.ts";
import { assess, overdueAt } from "./convergence.ts";
import type { Effect } from "./effect.ts";
import { hostResolved, resolveAt, resolveDue } from "./hosts.ts";
import type { Input } from "./input.ts";
import { failLateStarts, startLimitNext } from "./late-start.ts";
import { loadObserved, loadSampled, measureAt, measureDue } from "./load.ts";
import { readAgain, readDue, worldObserved, worldUnreadable } from "./look.ts";
import { dispatch, operationsFinished } from "./operations.ts";
import { connectionsCounted, countDraining, planAgainAt, planTouched, touchDue } from "./plan.ts";
import { edited, forgetDropped } from "./program.ts";
import { runDue, scheduleAt, scheduleNoted } from "./schedules.ts";
import { startFrom } from "./start.ts";
import { checkAgain, startChecked } from "./startable.ts";
import { processState, type State, type Step } from "./state.ts";
import { soon } from "./turn.ts";
import { probeAnswered, processExited, resourceDrifted, warned } from "./world.ts";

/** The state of a running system: what is known of it, beside the program that says what it should be. */
export interface Machine {
  readonly program: Program;
  readonly state: State;
}

/** Takes one input at a time, and returns what is to be done. Changes `machine.state`. `wall`: the time of day. */
export const step = (
  { program, state }: Machine,
  input: Input,
  now: number,
  wall: number,
): readonly Effect[] => {
  const effects: Effect[] = [];
  take({ program, state, now, wall, emit: (effect) => void effects.push(effect) }, input);
  return effects;
};

const take = (at: Step, input: Input): void => {
  // What was begun still ends, and edits get an answer; everything else comes too late.
  if (at.state.phase === "closed" && input._tag !== "OperationsFinished" && input._tag !== "Edited") return;
  switch (input._tag) {
    case "Started":
      startFrom(at, input);
      turn(at);
      return;
    case "Edited":
      edited(at, input.edit, input.cause);
      if (at.state.phase === "closed") abandonAwaited(at);
      return;
    case "ResourceDrifted":
      resourceDrifted(at, input.event);
      return;
    case "ProcessExited":
      processExited(at, input.event);
      return;
    case "WorldWarned":
      warned(at, input.warnings);
      return;
    case "ProbeAnswered":
      probeAnswered(at, input);
      return;
    case "LoadSampled":
      loadSampled(at, input);
      return;
    case "LoadObserved":
      loadObserved(at, input.settings);
      return;
    case "ConnectionsCounted":
      connectionsCounted(at, input);
      return;
    case "StartChecked":
      startChecked(at, input);
      return;
    case "OperationsFinished":
      operationsFinished(at, input);
      return;
    case "ScheduleNoted":
      scheduleNoted(at, input);
      return;
    case "HostResolved":
      hostResolved(at, input);
      return;
    case "WorldDoubted":
      readAgain(at, input.why);
      return;
    case "WorldObserved":
      worldObserved(at, input.observation);
      return;
    case "WorldUnreadable":
      worldUnreadable(at, input.message);
      return;
    case "TurnDue":
      if (at.state.turn.isDue) turn(at);
      return;
    case "TimerDue":
      timerDue(at);
      return;
    case "LeaseRegained":
      record(at, "drift", null, input.why);
      readAgain(at, input.why);
      return;
    case "LeaseLost":
      record(at, "lost", null, input.why);
      close(at);
      return;
    case "Closed":
      close(at);
      return;
  }
};

/** Decides on all that has come in. */
const turn = (at: Step): void => {
  const { state } = at;
  state.turn.isDue = false;
  state.turn.count++;
  wake(at);
  planTouched(at);
  forgetDropped(at);
  dispatch(at);
  closeFinished(at);
  const wakeAt = nextWake(at);
  at.emit({ _tag: "WakeAt", at: wakeAt === Number.POSITIVE_INFINITY ? null : wakeAt });
  assess(at);
};

/**
 * Whatever waited for a time that has come goes on. In the turn, by its time: a timer may be early,
 * and what is due between its call and the turn would be woken by neither.
 */
const wake = (at: Step): void => {
  touchDue(at);
  checkAgain(at);
  failLateStarts(at);
  measureDue(at);
  resolveDue(at);
  runDue(at);
  readDue(at);
};

const timerDue = (at: Step): void => {
  countDraining(at);
  soon(at);
};

/** When what waits may go on; infinite: nothing waits. */
const nextWake = (at: Step): number => {
  const { state, now } = at;
  let wakeAt = Math.min(planAgainAt(state, now), measureAt(at), overdueAt(state, now), scheduleAt(at));
  const consider = (when: number | null | undefined): void => {
    if (when != null && when > now) wakeAt = Math.min(wakeAt, when);
  };
  consider(startLimitNext(state));
  consider(state.look?.at);
  consider(resolveAt(state));
  for (const key of state.sides.diff.keys()) {
    const failure = state.failures.get(key);
    if (failure !== undefined) consider(retryAt(failure));
    consider(processState(state, key)?.startAt);
  }
  return wakeAt;
};

/** Nothing more is begun; waiting requests are answered that nothing more will come. */
const close = (at: Step): void => {
  at.state.phase = "closed";
  abandonAwaited(at);
  at.emit({ _tag: "WakeAt", at: null });
  at.emit({ _tag: "Looked" });
  at.emit({ _tag: "Quiet" });
};
