import test from "ava";
import { endedSingly, endInOrder, endsAfter } from "../../../runtime/process/ending-order.ts";
import { until } from "../../until.ts";

const order = (running: readonly string[], after: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(
    [
      ...endsAfter(
        running,
        running
          .concat(Object.keys(after).filter((name) => !running.includes(name)))
          .map((automaton) => ({ automaton, ...(after[automaton] && { after: after[automaton] }) })),
      ),
    ].map(([name, others]) => [name, [...others].sort()]),
  );

test("without `after` all end at once", (t) => {
  t.deepEqual(order(["a", "b"], {}), {});
});

test("what was started after others ends before them, as far as they run; what is in no relation waits for nobody", (t) => {
  t.deepEqual(order(["db", "api", "web", "other"], { api: ["db"], web: ["api"] }), {
    db: ["api", "web"],
    api: ["web"],
  });
  t.deepEqual(order(["db", "web", "web"], { web: ["db", "cache"] }), { db: ["web"] });
  // A job has ended, and what it was for goes on to count.
  t.deepEqual(order(["db", "api", "web"], { job: ["db"], api: ["job"], web: ["api"] }), {
    db: ["api", "web"],
    api: ["web"],
  });
  // Two chains know nothing of each other.
  t.deepEqual(order(["a", "b", "c", "d", "e"], { b: ["a"], d: ["c"], e: ["d"] }), {
    a: ["b"],
    c: ["d", "e"],
    d: ["e"],
  });
});

test("in notes that go round in a circle nobody waits for ever", (t) => {
  t.deepEqual(order(["a", "b"], { a: ["b"], b: ["a"] }), {});
  t.deepEqual(order(["a", "b", "c"], { a: ["b"], b: ["a"], c: ["a"] }), { a: ["c"], b: ["c"] });
});

test("each is ended as soon as those that were started after it have ended, and a while is the most that any waits", async (t) => {
  const records = [
    { automaton: "db" },
    { automaton: "api", after: ["db"] },
    { automaton: "cache" },
    { automaton: "web", after: ["cache"] },
  ];
  const done = new Map<string, () => void>();
  const begun: string[] = [];
  const end = ({ automaton }: { readonly automaton: string }): Promise<void> => {
    begun.push(automaton);
    return new Promise((resolve) => void done.set(automaton, resolve));
  };
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const running = ["db", "api", "cache", "web", "other"].map((automaton) => ({ automaton }));
  const all = endInOrder(running, records, end);
  await settled();
  t.deepEqual(begun, ["api", "web", "other"]);
  // That `api` holds out is no matter of `cache`.
  done.get("web")!();
  await settled();
  t.deepEqual(begun, ["api", "web", "other", "cache"]);
  done.get("api")!();
  await settled();
  for (const resolve of done.values()) resolve();
  await all;
  t.deepEqual(begun.at(-1), "db");
  begun.length = 0;
  void endInOrder(running, records, end, 1);
  await until("nothing waits any more", () => begun.length === 5);
  t.deepEqual(
    endedSingly(running, records).map(({ automaton }) => automaton),
    ["db", "api", "cache", "web"],
  );
  const stop = { signal: "SIGINT", graceMs: null };
  t.deepEqual(endedSingly(running, [{ automaton: "other", stop }]), [{ automaton: "other" }]);
});
