/** When something runs by the clock, for people. */
import { spanText } from "../../core/tally.ts";
import type { InstanceStatus } from "../../live/control/status.ts";
import { timeText } from "../../live/policy/schedule.ts";

/** `next at 14:05, last done at 14:00 in 1.2 s`; `now`: in milliseconds since 1970. */
export const scheduleText = ({ schedule, next, last }: InstanceStatus, now: number): string => {
  if (schedule === undefined) return "";
  const at = (time: string): string => timeText(Date.parse(time), schedule.zone, now);
  const parts = [next == null ? "nobody runs it" : `next at ${at(next)}`];
  if (last != null) {
    const took = spanText(Date.parse(last.ended) - Date.parse(last.began));
    parts.push(`last ${last.code === 0 ? "done" : "failed"} at ${at(last.began)} in ${took}`);
  }
  return parts.join(", ");
};
