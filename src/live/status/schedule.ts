/** What a status tells of what runs by the clock. Pure. */
import type { RunRecord, Scheduled } from "../../core/cell-key.ts";
import type { InstanceStatus } from "../control/status.ts";

const iso = (time: number): string => new Date(time).toISOString();

const lastRun = ({ began, ended, code, signal }: RunRecord): NonNullable<InstanceStatus["last"]> => ({
  began: iso(began),
  ended: ended === null ? null : iso(ended),
  code,
  signal,
});

/** Of an instance, with when it runs next; infinite: never. Null: nobody runs it. Nothing of what runs by no clock. */
export const scheduleStatus = (
  scheduled: Scheduled | undefined,
  next: number | null,
): Pick<InstanceStatus, "schedule" | "next" | "last"> => {
  if (scheduled === undefined) return {};
  const { cron, zone, last } = scheduled;
  return {
    schedule: { cron, zone },
    next: next === null || !Number.isFinite(next) ? null : iso(next),
    last: last === null ? null : lastRun(last),
  };
};

/** That nobody supervises the system, of automata that run by the clock: a sentence, or none. */
export const unscheduledWarnings = (names: readonly string[]): readonly string[] =>
  names.length === 0
    ? []
    : [
        `nobody supervises the system, so the clock does not run ${names.join(", ")}: \`architect run FILE\` does`,
      ];
