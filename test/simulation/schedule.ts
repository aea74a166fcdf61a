/** What must hold of a job that runs by the clock: each of its times is dealt with once, by a run or by saying why not. */
import { nextTime } from "../../src/core/cron.ts";
import { processKey, type ResourceKey } from "../../src/core/resource.ts";
import type { Effect } from "../../src/live/loop/effect.ts";
import type { State } from "../../src/live/loop/state.ts";
import type { World } from "./world.ts";

export const jobKey: ResourceKey = processKey("backup", 0);

/** So much later a run is noted at the latest, in milliseconds: a turn is taken as soon as a timer is due. */
const slackMs = 100;

/** Whether a run of the job goes. */
export const isGoing = ({ model }: World): boolean => model.processes.has(jobKey);

export class DealsWithTimes {
  readonly #world: World;
  /** The specs of runs that ended by themselves, or were killed. */
  readonly #ended = new Set<string>();
  /** Times for which a run was noted, the last one last. */
  readonly #noted: number[] = [];
  /** Since when an orchestrator has known of a time that has come, and nothing is noted of it. */
  readonly #dueSince = new Map<number, number>();
  runs = 0;
  skips = 0;

  constructor(world: World) {
    this.#world = world;
    world.onEnd = (key, spec) => {
      if (key === jobKey) this.#ended.add(spec);
    };
  }

  /** Another orchestrator comes. */
  forgive(): void {
    this.#dueSince.clear();
  }

  /** What is in the ledger now: a time is in it once, until the next one is. */
  noted(time: number | null): void {
    if (time === null || time === this.#noted.at(-1)) return;
    if (this.#noted.includes(time)) throw new Error(`two runs are noted for ${time}`);
    this.#noted.push(time);
  }

  /** After a step of an orchestrator, at a time of day. */
  check(state: State, effects: readonly Effect[], wall: number): void {
    for (const effect of effects) {
      if (effect._tag === "Perform")
        for (const { key, after } of effect.operations)
          if (key === jobKey && after?.kind === "process" && this.#ended.has(after.spec))
            throw new Error("the job is run again for a time for which it has ended");
      if (effect._tag === "NoteSchedule") this.#takeNote(effect, effects);
    }
    for (const [name, { next, noting }] of state.schedules) {
      if (noting !== null || next > wall) this.#dueSince.delete(next);
      else if (!this.#dueSince.has(next)) this.#dueSince.set(next, wall);
      if (noting === null && (this.#dueSince.get(next) ?? wall) + slackMs < wall)
        throw new Error(`${name} was to run at ${next}, and at ${wall} nothing is done about it`);
    }
  }

  #takeNote(
    { scheduled, runs }: Effect & { readonly _tag: "NoteSchedule" },
    effects: readonly Effect[],
  ): void {
    if (scheduled === null) return;
    const { cron, zone, until, time } = scheduled;
    if (runs) {
      this.runs++;
      if (nextTime(cron, zone, time! - 1) !== time) throw new Error(`${time} is no time of ${cron}`);
      if (this.#world.model.processes.has(jobKey)) throw new Error("a run begins while another goes");
    } else if (effects.some((one) => one._tag === "Record" && one.event === "skipped")) {
      this.skips++;
      if (until < (time ?? 0)) throw new Error("what was dealt with is to be dealt with again");
    }
  }
}
