import test from "ava";
import { scheduleText } from "../../../src/cli/render/schedule.ts";
import type { InstanceStatus } from "../../../src/live/control/status.ts";

const known: InstanceStatus = {
  index: 0,
  netns: "s.a.0",
  addresses: [],
  pid: null,
  state: "scheduled",
  restarts: 0,
  reason: null,
};
const schedule = { cron: "*/5 * * * *", zone: "Europe/Berlin" };
const now = Date.UTC(2030, 0, 1, 13, 2);

test("when it runs next, and how the last run went, in its own time zone", (t) => {
  t.is(scheduleText(known, now), "");
  const next = "2030-01-01T13:05:00.000Z";
  t.is(scheduleText({ ...known, schedule, next, last: null }, now), "next at 14:05");
  const last = {
    began: "2030-01-01T13:00:00.000Z",
    ended: "2030-01-01T13:00:01.200Z",
    code: 0,
    signal: null,
  };
  t.is(scheduleText({ ...known, schedule, next, last }, now), "next at 14:05, last done at 14:00 in 1.2 s");
  t.is(
    scheduleText({ ...known, schedule, next: "2030-01-02T01:30:00.000Z", last: { ...last, code: 3 } }, now),
    "next at 2030-01-02 02:30, last failed at 14:00 in 1.2 s",
  );
  t.is(
    scheduleText({ ...known, schedule, next, last: { ...last, ended: null, code: 3 } }, now),
    "next at 14:05, last failed at 14:00",
  );
  t.is(
    scheduleText({ ...known, schedule, next, last: { ...last, code: null, signal: "SIGKILL" } }, now),
    "next at 14:05, last failed at 14:00 in 1.2 s",
  );
  t.is(
    scheduleText({ ...known, schedule, next, last: { ...last, code: null } }, now),
    "next at 14:05, last at 14:00 ended, how is not known",
  );
  t.is(scheduleText({ ...known, schedule, next: null, last: null }, now), "nobody runs it");
});
