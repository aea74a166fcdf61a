/** Whether and where a provider says anything: what a message wire does not allow. */
import type { Session, State } from "./session.ts";
import type { StepTaken } from "./subtype.ts";

const speaks = (state: State): boolean => state._tag === "Send" || state._tag === "Select";

/** A choice that the provider makes is told to the other side, so it counts as sending. */
export const sends = (session: Session): boolean => session.states.some(speaks);

export interface FirstWord {
  readonly path: readonly StepTaken[];
  readonly state: State;
}

/** A shortest way to where the provider says something; null where it never does. */
export const firstWord = (session: Session): FirstWord | null => {
  const visited = new Set([session.start]);
  const queue: { readonly at: number; readonly path: readonly StepTaken[] }[] = [
    { at: session.start, path: [] },
  ];
  for (const { at, path } of queue) {
    const state = session.states[at]!;
    if (speaks(state)) return { path, state };
    const visit = (to: number, step: StepTaken): void => {
      if (visited.has(to)) return;
      visited.add(to);
      queue.push({ at: to, path: [...path, step] });
    };
    if ("next" in state) visit(state.next, { _tag: "Said", state });
    else if ("branches" in state)
      for (const [label, to] of state.branches) visit(to, { _tag: "Chosen", label });
  }
  return null;
};
