import test from "ava";
import { isRight } from "fp-ts/lib/Either.js";
import { moment } from "../../src/cli/option-schema.ts";

const read = (text: string): number | null => {
  const decoded = moment.decode(text);
  return isRight(decoded) ? decoded.right : null;
};

test("a moment is so long ago, or a time of day, or a date", (t) => {
  const near = (text: string, expected: number): void => {
    t.true(Math.abs(read(text)! - expected) < 10_000, text);
  };
  near("5m", Date.now() - 300_000);
  near("0s", Date.now());
  near("1.5h", Date.now() - 5_400_000);
  const today = (hours: number, minutes: number, seconds = 0): number =>
    new Date().setHours(hours, minutes, seconds, 0);
  t.is(read("12:30"), today(12, 30));
  t.is(read("7:05"), today(7, 5));
  t.is(read("12:30:59"), today(12, 30, 59));
  t.is(read("2026-01-31T12:30:00Z"), Date.UTC(2026, 0, 31, 12, 30));
  t.is(read("2026-01-31T12:30:00.250Z"), Date.UTC(2026, 0, 31, 12, 30, 0, 250));
  t.is(read("2026-01-31T12:30:00+02:00"), Date.UTC(2026, 0, 31, 10, 30));
  t.is(read("2026-01-31 12:30"), new Date(2026, 0, 31, 12, 30).getTime());
  t.is(read("2026-01-31"), new Date(2026, 0, 31).getTime());
});

test("what is no moment", (t) => {
  for (const text of [
    "",
    "yesterday",
    "5",
    "5x",
    "25:00",
    "12:60",
    "2026-13-01",
    "2026-02-30",
    "2026-01-31 24:00",
    "12:30Z",
    "2026-01-31T",
    "1",
    "12",
  ])
    t.is(read(text), null, text);
});
