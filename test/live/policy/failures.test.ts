/** What goes wrong with one resource: until when it waits, and for how long it is a problem of the system. */
import test from "ava";
import type { Failure } from "../../../src/core/base.ts";
import { instanceKey } from "../../../src/core/resource.ts";
import { afterRepair } from "../../../src/live/policy/backoff.ts";
import {
  drifted,
  type FailureRecord,
  isOver,
  noFailure,
  operationPerformed,
  operationRefused,
  problemsOf,
  refusalOf,
  retryAt,
} from "../../../src/live/policy/failures.ts";

const key = instanceKey("a", 0);
const failure: Failure = { key, doing: "create the veth", code: "EBUSY", message: "device or resource busy" };

const refused = (times: number, at = 1_000): FailureRecord => {
  let record = noFailure;
  for (let i = 0; i < times; i++) record = operationRefused(record, failure, Math.max(at, retryAt(record)));
  return record;
};

test("what was refused waits 50 ms, and twice as long each time, and is a problem until it goes well", (t) => {
  t.is(retryAt(noFailure), Number.NEGATIVE_INFINITY);
  t.is(retryAt(refused(1)), 1_050);
  t.is(retryAt(refused(2)), 1_150);
  t.is(retryAt(refused(3)), 1_350);
  t.deepEqual(problemsOf(key, refused(1), 1e9), ["a.0: create the veth: device or resource busy"]);
  t.is(refusalOf(refused(1)), "create the veth: device or resource busy");
  t.false(isOver(refused(1), 1e9));
  const well = operationPerformed(refused(3));
  t.deepEqual([well, retryAt(well)], [noFailure, Number.NEGATIVE_INFINITY]);
  t.deepEqual(problemsOf(key, well, 1_000), []);
  t.is(refusalOf(well), null);
  t.is(refusalOf(undefined), null);
  t.true(isOver(well, 1_000));
});

test("what is repaired again and again waits, and is told until it has been calm for as long", (t) => {
  let record = noFailure;
  for (let i = 0; i < afterRepair.free; i++) record = drifted(record, "the link vanished", 1_000);
  t.true(retryAt(record) <= 1_000, "the first are free");
  t.deepEqual(problemsOf(key, record, 1_000), []);
  t.false(isOver(record, 1_000));
  record = drifted(record, "the link vanished", 1_000);
  t.is(retryAt(record), 1_100);
  t.deepEqual(problemsOf(key, record, 1_000), ["a.0: the link vanished, again and again"]);
  t.deepEqual(
    problemsOf(key, record, 1_100),
    ["a.0: the link vanished, again and again"],
    "to wait is no calm",
  );
  t.deepEqual(problemsOf(key, record, 1_100 + afterRepair.forgiveMs), []);
  const count = afterRepair.free + 1;
  t.false(isOver(record, 1_100 + count * afterRepair.forgiveMs - 1));
  t.true(isOver(record, 1_100 + count * afterRepair.forgiveMs));
});

test("that an operation went well forgets no repair", (t) => {
  const record = operationPerformed(operationRefused(drifted(noFailure, "gone", 5), failure, 6));
  t.is(record.refused, null);
  t.is(record.repaired?.what, "gone");
});

test("of a refusal and a repair the later wait counts", (t) => {
  let record = noFailure;
  for (let i = 0; i <= afterRepair.free; i++) record = drifted(record, "gone", 1_000);
  t.is(retryAt(operationRefused(record, failure, 1_000)), 1_100);
  t.is(retryAt(operationRefused(record, failure, 1_090)), 1_140);
});
