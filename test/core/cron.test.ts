/** Times as cron writes them, against a look at every minute, and where clocks are put forward and back. */
import test from "ava";
import fc from "fast-check";
import { cronProblem, nextTime, timesBetween, zoneNamed } from "../../src/core/cron.ts";

const runs = Number(process.env.FUZZ_RUNS ?? 100);
const minuteMs = 60_000;

/** The next times after a moment, as ISO 8601 writes them, to the minute. */
const times = (cron: string, zone: string, after: string, count: number): readonly string[] => {
  const found: string[] = [];
  let at = Date.parse(after);
  while (found.length < count) {
    at = nextTime(cron, zone, at)!;
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
};

test("the next time lies after the moment, to the minute", (t) => {
  t.deepEqual(times("*/5 * * * *", "UTC", "2030-01-01T00:05:00Z", 2), [
    "2030-01-01T00:10",
    "2030-01-01T00:15",
  ]);
  t.deepEqual(times("*/5 * * * *", "UTC", "2030-01-01T00:04:59.999Z", 1), ["2030-01-01T00:05"]);
  t.deepEqual(times("@daily", "UTC", "2030-01-01T12:00:00Z", 1), ["2030-01-02T00:00"]);
  t.deepEqual(times("0 9 * * mon-fri", "UTC", "2030-01-04T09:00:00Z", 1), ["2030-01-07T09:00"]);
  t.deepEqual(times("0 0 29 2 *", "UTC", "2030-01-01T00:00:00Z", 1), ["2032-02-29T00:00"]);
  t.deepEqual(times("0 0 1 * 7", "UTC", "2030-01-01T00:00:00Z", 2), ["2030-01-06T00:00", "2030-01-13T00:00"]);
});

test("local times: those of the zone, also of one that is half an hour off", (t) => {
  t.deepEqual(times("30 2 * * *", "Europe/Berlin", "2030-01-01T00:00:00Z", 1), ["2030-01-01T01:30"]);
  t.deepEqual(times("0 12 * * *", "Asia/Kolkata", "2030-01-01T00:00:00Z", 1), ["2030-01-01T06:30"]);
  t.deepEqual(times("0 12 * * *", "America/New_York", "2030-07-01T00:00:00Z", 1), ["2030-07-01T16:00"]);
});

// In Berlin, on 31 March 2030, 01:00 UTC, 02:00 becomes 03:00.
test("clocks put forward: a time that there is not comes when they have been, once", (t) => {
  const before = "2030-03-30T12:00:00Z";
  t.deepEqual(times("30 2 * * *", "Europe/Berlin", before, 2), ["2030-03-31T01:00", "2030-04-01T00:30"]);
  t.deepEqual(times("0 2,3 * * *", "Europe/Berlin", before, 2), ["2030-03-31T01:00", "2030-04-01T00:00"]);
  const night = "2030-03-31T00:15:00Z";
  t.deepEqual(times("*/30 * * * *", "Europe/Berlin", night, 3), [
    "2030-03-31T00:30",
    "2030-03-31T01:00",
    "2030-03-31T01:30",
  ]);
});

// On 27 October 2030, 01:00 UTC, 03:00 becomes 02:00.
test("clocks put back: a time that comes twice is the first, and what comes again and again goes on", (t) => {
  const before = "2030-10-26T12:00:00Z";
  t.deepEqual(times("30 2 * * *", "Europe/Berlin", before, 2), ["2030-10-27T00:30", "2030-10-28T01:30"]);
  t.deepEqual(times("0 * * * *", "Europe/Berlin", "2030-10-26T23:30:00Z", 3), [
    "2030-10-27T00:00",
    "2030-10-27T01:00",
    "2030-10-27T02:00",
  ]);
});

const field = (
  from: number,
  to: number,
): fc.Arbitrary<{ readonly text: string; readonly has: (n: number) => boolean }> =>
  fc.oneof(
    fc.constant({ text: "*", has: () => true }),
    fc.integer({ min: from, max: to }).map((one) => ({ text: `${one}`, has: (n: number) => n === one })),
    fc
      .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: from, max: to }))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
      .map(([a, b]) => ({ text: `${a}-${b}`, has: (n: number) => a <= n && n <= b })),
    fc
      .integer({ min: 2, max: Math.min(20, to) })
      .map((step) => ({ text: `*/${step}`, has: (n: number) => (n - from) % step === 0 })),
  );

test("it is the first minute that fits", (t) => {
  fc.assert(
    fc.property(
      field(0, 59),
      field(0, 23),
      field(0, 6),
      fc.integer({ min: Date.UTC(2030, 0), max: Date.UTC(2031, 0) }),
      (minute, hour, weekday, after) => {
        const found = nextTime(`${minute.text} ${hour.text} * * ${weekday.text}`, "UTC", after)!;
        let at = Math.floor(after / minuteMs) * minuteMs + minuteMs;
        for (; ; at += minuteMs) {
          const date = new Date(at);
          if (
            minute.has(date.getUTCMinutes()) &&
            hour.has(date.getUTCHours()) &&
            weekday.has(date.getUTCDay())
          )
            break;
        }
        t.is(found, at);
      },
    ),
    { numRuns: runs },
  );
});

test("in every zone, times that are not left out have the local hour and minute, and they only go on", (t) => {
  const zones = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/St_Johns",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 4, max: 23 }),
      fc.integer({ min: Date.UTC(2030, 0), max: Date.UTC(2031, 0) }),
      (zone, minute, hour, after) => {
        const cron = `${minute} ${hour} * * *`;
        const format = new Intl.DateTimeFormat("sv", { timeZone: zone, timeStyle: "short" });
        const first = nextTime(cron, zone, after)!;
        const next = nextTime(cron, zone, first)!;
        t.true(after < first && first < next);
        t.true(first - after <= 25 * 3_600_000 && next - first <= 25 * 3_600_000);
        const wanted = `${hour}`.padStart(2, "0").concat(":", `${minute}`.padStart(2, "0"));
        t.is(format.format(first), wanted);
      },
    ),
    { numRuns: runs },
  );
});

test("how many times lie between two moments", (t) => {
  const from = Date.UTC(2030, 0);
  t.is(timesBetween("0 * * * *", "UTC", from, from + 5 * 3_600_000, 100), 5);
  t.is(timesBetween("0 * * * *", "UTC", from, from + 3_599_999, 100), 0);
  t.is(timesBetween("* * * * *", "UTC", from, from + 1e12, 7), 7);
});

test("what says no times is told, with what it would have to be", (t) => {
  for (const good of ["* * * * *", "  1 2 3 4 5 ", "@Hourly", "0 0 * jan sun", "0-30/10 * * * *"])
    t.is(cronProblem(good), null, good);
  const message = (text: string): string | undefined => cronProblem(text)?.message;
  t.is(message(""), "it has five fields, and here are none");
  t.is(message("tomorrow"), "it has five fields, and here is one");
  t.is(message("* * * * * *"), "it has five fields, and here are 6");
  t.is(message("2030-01-01T00:00:00"), "it has five fields, and here is one");
  t.is(message("@reboot"), "there is no `@reboot`");
  t.is(message("60 * * * *"), "invalid value for minute: 60");
  t.is(message("0 0 31 2 *"), "there is no such day in any year");
});

test("time zones have names", (t) => {
  t.is(zoneNamed("Europe/Berlin"), "Europe/Berlin");
  t.is(zoneNamed(":Europe/Berlin"), "Europe/Berlin");
  t.is(zoneNamed(""), "UTC");
  for (const bad of ["Mars/Phobos", "CET-1CEST", "+01:00", "/etc/localtime"]) t.is(zoneNamed(bad), null, bad);
});
