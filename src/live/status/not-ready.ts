/** Which instances are not ready, for commands that fail for it. Pure. */
import type { InstanceState, Status } from "../control/status.ts";
import { notReadyLine } from "./reason.ts";

export interface NotReady {
  readonly automaton: string;
  readonly index: number;
  readonly state: InstanceState;
  readonly reason: string | null;
}

/**
 * Instances that do not do what is asked of them. One that has ended for good is told only
 * where that is a problem; one that is leaving, only where it was waited for in vain.
 */
export const notReadyIn = (
  { automata, problems }: Pick<Status, "automata" | "problems">,
  timedOut: boolean,
): readonly NotReady[] =>
  automata.flatMap(({ name: automaton, instances }) =>
    instances
      // How its last run ended keeps nobody from relying on the system.
      .filter(({ schedule }) => schedule === undefined)
      .map(({ index, state, reason }) => ({ automaton, index, state, reason }))
      .filter(({ state }) => state !== "ready" && state !== "done" && (state !== "draining" || timedOut))
      .filter(
        (one) => one.state !== "stopped" || problems.includes(notReadyLine(one, one.state, one.reason)),
      ),
  );
