/** All that comes in at once is decided on at once: inputs mark what they touch, and the turn decides. */
import type { Change } from "./changes.ts";
import type { Step } from "./state.ts";

/** The automaton is to be planned in this turn, because of the change. */
export const touch = ({ state }: Step, automaton: string, change: Change): void => {
  state.dirty.set(automaton, change);
};

/** There is something to be decided. */
export const soon = ({ state, emit }: Step): void => {
  if (state.turn.isDue || state.phase === "closed") return;
  state.turn.isDue = true;
  emit({ _tag: "TurnSoon" });
};
