/** Processes that did not get ready within the time that `start within` gives them. */
import { isToldAgain, timesInARow } from "../../core/repeats.ts";
import { durationText } from "../../language/clause-text.ts";
import { spoil } from "../../reconcile.ts";
import { notReadyInTime, startLimitAt } from "../policy/process.ts";
import { beginChange, own, record } from "./changes.ts";
import { type State, type Step, setProcess } from "./state.ts";
import { touch } from "./turn.ts";

/** When the next of them has had its time; infinite: none has a limit. */
export const startLimitNext = ({ unsettled }: State): number => {
  let at = Number.POSITIVE_INFINITY;
  for (const { process } of unsettled.values())
    if (process !== null) at = Math.min(at, startLimitAt(process));
  return at;
};

/** Those whose time is over have failed: that is told, and they are started anew as `restart` says. */
export const failLateStarts = (step: Step): void => {
  const { state, now } = step;
  if (startLimitNext(state) > now) return;
  for (const [key, { process: before }] of [...state.unsettled]) {
    if (before === null || startLimitAt(before) > now) continue;
    const after = notReadyInTime(before, durationText(before.process.care.startMs!), now);
    setProcess(state, after.state);
    const { automaton, index } = before.process;
    const name = `${automaton}.${index}`;
    const times = after.state.backoff.quickEnds;
    const causes = [`${name}: ${after.state.problem}${timesInARow(times)}`];
    if (isToldAgain(times)) record(step, "unhealthy", automaton, `${name} is unhealthy`, causes);
    const headline = after.again ? `${name} is restarted` : `${name} takes no new connections`;
    const change = beginChange(step, {
      event: after.again ? "restarted" : "services",
      automaton,
      headline,
      causes,
      isUntold: !isToldAgain(times),
    });
    if (after.again) {
      spoil(state.sides, key);
      own(step, key, change);
    }
    touch(step, automaton, change);
  }
};
