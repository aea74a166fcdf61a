import test from "ava";
import { type Order, rowsOf } from "../../../src/cli/screen/rows.ts";
import { automaton, status } from "./scene.ts";

const shop = [
  status([
    automaton("s2", ["ready", "ready"], { observed: { cpu: 0.5, connections: 3 } }),
    automaton("s10", ["ready", "backoff", "draining"], { restarts: 4 }),
    automaton("job", ["done"]),
    automaton("busy", ["ready"], { observed: { cpu: 1.5 } }),
    automaton("idle", []),
  ]),
];

const names = (order: Order, filter = ""): readonly string[] =>
  rowsOf(shop, order, filter).map((row) => row.automaton);

test("rows are in the order that is asked for, and else by name", (t) => {
  t.deepEqual(names("name"), ["busy", "idle", "job", "s2", "s10"]);
  t.deepEqual(names("state"), ["s10", "idle", "busy", "s2", "job"]);
  t.deepEqual(names("load"), ["busy", "s2", "idle", "job", "s10"]);
  t.deepEqual(names("restarts"), ["s10", "busy", "idle", "job", "s2"]);
});

test("a row shows its worst state; what is done is well, and what leaves is not asked for", (t) => {
  const rows = new Map(rowsOf(shop, "name", "").map((row) => [row.automaton, row]));
  t.like(rows.get("s10"), { state: "backoff", ready: 1, asked: 2, restarts: 12 });
  t.deepEqual(rows.get("s10")?.reason, { short: "exited with 1", whole: "s10.1 is backoff: exited with 1" });
  t.like(rows.get("job"), { state: "done", ready: 1, asked: 1, reason: null });
  t.like(rows.get("idle"), { state: "none", ready: 0, asked: 0 });
});

test("the reason is that of the state which is shown, without the name and the state", (t) => {
  const api = automaton("api", ["starting", "backoff", "backoff"]);
  const instances = api.instances.map((one, i) => (i === 0 ? { ...one, reason: "nothing listens" } : one));
  t.deepEqual(rowsOf([status([{ ...api, instances }])], "name", "")[0]?.reason, {
    short: "exited with 1 (so is 1 more)",
    whole: "api.1 is backoff: exited with 1 (so is 1 more)",
  });
});

test("one that runs elsewhere and whose name is not resolved says so in its row", (t) => {
  const service = {
    port: "smtp",
    transport: "tcp",
    number: 25,
    protocol: "Smtp",
    vips: [],
    at: "mx.invalid",
  } as const;
  const mx = (addresses: readonly string[], reason: string | null) => ({
    ...automaton("mx", []),
    external: true as const,
    services: [{ ...service, addresses, reason }],
  });
  const reasonOf = (of: ReturnType<typeof mx>) => rowsOf([status([of])], "name", "")[0]?.reason;
  const words = "mx.invalid cannot be resolved: there is no such name";
  t.deepEqual(reasonOf(mx([], words)), { short: words, whole: `mx.smtp is not ready: ${words}` });
  const stale = "mx.invalid cannot be resolved anew: no answer; it stays 192.0.2.1";
  t.deepEqual(reasonOf(mx(["192.0.2.1"], stale)), { short: stale, whole: `mx.smtp: ${stale}` });
  t.is(reasonOf(mx(["192.0.2.1"], null)), null);
});

test("a filter lets through what has the word in its name, its state or its reason", (t) => {
  t.deepEqual(names("name", "S1"), ["s10"]);
  t.deepEqual(names("name", "backoff"), ["s10"]);
  t.deepEqual(names("name", "exited"), ["s10"]);
  t.deepEqual(names("name", "shop"), ["busy", "idle", "job", "s2", "s10"]);
  t.deepEqual(names("name", "nowhere"), []);
});
