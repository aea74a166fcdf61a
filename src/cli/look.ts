/** Ways to see how a system stands: by its orchestrator, or, where that does not say, by the world. */
import { isLeft } from "fp-ts/lib/Either.js";
import { SystemState } from "../../runtime/process/state.ts";
import type { BaseKind } from "../core/base-kind.ts";
import { type Answering, type Reached, reach, type Silent } from "../live/control/reach.ts";
import type { Status } from "../live/control/status.ts";
import { readSchedules } from "../live/ledger/inputs.ts";
import { readRemoval } from "../live/ledger/removal.ts";
import { readUnfinished } from "../live/ledger/unfinished.ts";
import { readUnstarted } from "../live/ledger/unstarted.ts";
import { reportOf } from "../live/status/report.ts";
import { openWorld } from "../live/system/world.ts";
import { silence } from "./silent.ts";
import { kindOf } from "./systems.ts";

/** May be asked as often as one likes. Null: there is nothing of the system any more. */
export interface Look {
  readonly look: () => Promise<Status | null>;
  readonly close: () => Promise<void>;
}

/** What is known of a system whose orchestrator does not answer. */
const withSilence = (status: Status, silent: Silent): Status => ({
  ...status,
  state: "degraded",
  orchestrator: silent.pid,
  problems: [`${silence(status.system, silent)}: this is what was last known`, ...status.problems],
});

const byOrchestrator = ({ client, wait }: Answering): Look => {
  let last: Status | null = null;
  return {
    look: async () => {
      const answer = await wait(client.ask("status", {}));
      if (isLeft(answer)) return last === null ? null : withSilence(last, answer.left);
      last = isLeft(answer.right) ? null : answer.right.right;
      return last;
    },
    close: async () => client.close(),
  };
};

const byWorld = async (system: string, { name }: BaseKind, silent: Silent | null): Promise<Look> => {
  const { base, state } = await openWorld(system, name);
  return {
    look: async () => {
      const observation = await base.observe();
      if (observation.resources.size === 0) return null;
      const left = {
        unstarted: readUnstarted(state),
        unfinished: readUnfinished(state),
        schedules: readSchedules(state),
        seesEnds: base.seesEnds === true,
        isRemoved: readRemoval(state),
      };
      const status = reportOf(system, name, observation, base.missing.bind(base), left);
      if (silent === null) return status;
      const problem = `${silence(system, silent)}: this is what the kernel shows`;
      return {
        ...status,
        state: "degraded",
        orchestrator: silent.pid,
        problems: [problem, ...status.problems],
      };
    },
    close: () => base.close(),
  };
};

/** A system, where it is, and what became of its orchestrator. */
export interface Found {
  readonly system: string;
  readonly kind: BaseKind;
  readonly reached: Reached;
}

export const find = async (system: string): Promise<Found> => ({
  system,
  kind: await kindOf(system),
  reached: await reach(new SystemState(system)),
});

/** Whether the world must be asked, for which a user may have to go where the system is. */
export const needsWorld = ({ reached }: Found): boolean => reached._tag !== "Answering";

export const lookAt = async ({ system, kind, reached }: Found): Promise<Look> => {
  switch (reached._tag) {
    case "Answering":
      return byOrchestrator(reached);
    case "Silent":
      return byWorld(system, kind, reached);
    case "Absent":
      return byWorld(system, kind, null);
  }
};
