/**
 * When a job runs by the clock, and what is made of times that were missed. Pure: times come in, all in milliseconds
 * since 1970.
 */
import type { EndedProcess } from "../../core/base.ts";
import type { Scheduled } from "../../core/cell-key.ts";
import { nextTime, type Timetable, timesBetween } from "../../core/cron.ts";

/** A clock that is put back further than this was wrong before: what ran by it runs by the new time again. */
const correctedMs = 3 * 60 * 60_000;
/** So much later a run counts as one that was missed. */
export const lateMs = 60_000;
/** So many missed times are counted. */
const mostCounted = 1_000;

/**
 * What has been dealt with of a timetable as it is now. Another timetable begins now: what it would have asked for
 * before is not made up for.
 */
export const followed = (
  noted: Scheduled | undefined,
  { cron, zone: said }: Timetable,
  localZone: string,
  now: number,
): Scheduled => {
  const zone = said ?? localZone;
  const isSame = noted?.cron === cron && noted.zone === zone && noted.until <= now + correctedMs;
  if (isSame) return noted;
  return { cron, zone, until: now, time: noted?.time ?? null, last: noted?.last ?? null };
};

/** With how its last run went, which was found to have ended: nobody may have been there to note that. */
export const withEnd = (
  noted: Scheduled,
  { spec, code, signal, beganAt, endedAt }: EndedProcess,
): Scheduled => {
  if (noted.last?.spec === spec) return noted;
  const last = { spec, began: beganAt ?? noted.time ?? noted.until, ended: endedAt ?? null, code, signal };
  return { ...noted, last };
};

/** When it is to run next; infinite: never again. */
export const nextRun = ({ cron, zone, until }: Scheduled): number =>
  nextTime(cron, zone, until) ?? Number.POSITIVE_INFINITY;

/** How many of its times came since one of them. */
export const missedSince = ({ cron, zone }: Scheduled, time: number, now: number): number =>
  timesBetween(cron, zone, time, now, mostCounted);

/** The time of day in a zone, with the day where that is another than now's: `14:05`, `2026-03-29 02:30`. */
export const timeText = (time: number, zone: string, now: number): string => {
  // Swedes write times as ISO 8601 does.
  const format = new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  const [day, clock] = format.format(time).split(" ") as [string, string];
  return format.format(now).startsWith(day) ? clock : `${day} ${clock}`;
};
