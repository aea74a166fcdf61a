/** When something runs by the clock, for people. */
import { spanText } from "../../core/tally.ts";
import type { InstanceStatus } from "../../live/control/status.ts";
import { timeText } from "../../live/policy/schedule.ts";

/** How a run went; it may have ended while nobody saw it. */
const lastText = (
  { began, ended, code, signal }: NonNullable<InstanceStatus["last"]>,
  at: (time: string) => string,
): string => {
  if (code === null && signal === null) return `last at ${at(began)} ended, how is not known`;
  const took = ended === null ? "" : ` in ${spanText(Date.parse(ended) - Date.parse(began))}`;
  return `last ${code === 0 ? "done" : "failed"} at ${at(began)}${took}`;
};

/** `next at 14:05, last done at 14:00 in 1.2 s`; `now`: in milliseconds since 1970. */
export const scheduleText = ({ schedule, next, last }: InstanceStatus, now: number): string => {
  if (schedule === undefined) return "";
  const at = (time: string): string => timeText(Date.parse(time), schedule.zone, now);
  const parts = [next == null ? "nobody runs it" : `next at ${at(next)}`];
  if (last != null) parts.push(lastText(last, at));
  return parts.join(", ");
};
