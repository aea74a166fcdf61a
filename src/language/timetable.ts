/** When an automaton runs by the clock. */
import { type Timetable, zoneNamed } from "../core/cron.ts";
import type { AutomatonValue } from "./value.ts";

/** What its `schedule` says, in the local time of the `TZ` of its `env`; null where it runs by no clock. */
export const timetableOf = ({
  schedule,
  runs,
  env,
}: Pick<AutomatonValue, "schedule" | "runs" | "env">): Timetable | null => {
  if (schedule === null || runs === null) return null;
  const said = env.get("TZ");
  const zone = said?._tag === "Known" && typeof said.value === "string" ? zoneNamed(said.value) : null;
  return { cron: schedule, zone };
};
