/**
 * Times that come again and again, as cron writes them: `30 2 * * *`. Croner reads them, and knows what clocks do
 * where they are put forward and back. Pure: the caller has the clock.
 */
import { Cron } from "croner";

/** Times in a time zone. */
export interface Timetable {
  /** Five fields, or one of the names of some: `@daily`. */
  readonly cron: string;
  /** By its IANA name; null: that of whoever has the clock. */
  readonly zone: string | null;
}

const names = ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"];

/** What is wrong with a text that is to say times. */
export interface CronProblem {
  readonly message: string;
  readonly hint: string;
}

const fields =
  "minute, hour, day of the month, month, day of the week: `30 2 * * *` is half past two every day";

/** So many are kept ready. */
const mostKept = 256;
const kept = new Map<string, Cron>();

const cronOf = ({ cron, zone }: { readonly cron: string; readonly zone: string }): Cron => {
  const key = `${zone} ${cron}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = new Cron(cron, { timezone: zone, paused: true, mode: "5-part" });
  if (kept.size >= mostKept) kept.clear();
  kept.set(key, made);
  return made;
};

/** The first of its times after a moment, both in milliseconds since 1970; null: there is none. */
export const nextTime = (cron: string, zone: string, after: number): number | null =>
  cronOf({ cron, zone }).nextRun(new Date(after))?.getTime() ?? null;

/** How many of its times lie after one moment and not after another; `most` at the most. */
export const timesBetween = (
  cron: string,
  zone: string,
  after: number,
  until: number,
  most: number,
): number => {
  let count = 0;
  for (let at = nextTime(cron, zone, after); at !== null && at <= until && count < most; count++)
    at = nextTime(cron, zone, at);
  return count;
};

/** Why a text says no times; null where it does. */
export const cronProblem = (text: string): CronProblem | null => {
  const parts = text.trim().split(/\s+/);
  if (parts.length === 1 && parts[0]!.startsWith("@"))
    return names.includes(parts[0]!.toLowerCase())
      ? null
      : { message: `there is no \`${parts[0]}\``, hint: `names of times are ${names.join(", ")}` };
  if (parts.length !== 5) {
    const count = text.trim() === "" ? "none" : `${parts.length}`;
    return {
      message: `it has five fields, and here ${parts.length === 1 && count !== "none" ? "is one" : `are ${count}`}`,
      hint: parts.length === 6 ? `there are no seconds: ${fields}` : fields,
    };
  }
  try {
    // Whether it ever comes does not depend on the year.
    return nextTime(text, "UTC", 0) === null
      ? { message: "there is no such day in any year", hint: fields }
      : null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error.message.replace(/^CronPattern: /, "");
    return { message: `${reason.slice(0, 1).toLowerCase()}${reason.slice(1)}`, hint: fields };
  }
};

/** The name of a time zone as a variable `TZ` has it; null where there is none of that name. */
export const zoneNamed = (text: string): string | null => {
  const name = text.replace(/^:/, "");
  if (name === "") return "UTC"; // as the C library takes it
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name; // and not an older one for the same place
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
};
