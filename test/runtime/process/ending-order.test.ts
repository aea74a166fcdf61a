import test from "ava";
import { endingOrder } from "../../../runtime/process/ending-order.ts";

const order = (running: readonly string[], after: Readonly<Record<string, readonly string[]>>) =>
  endingOrder(
    running.map((automaton) => ({ automaton })),
    running
      .concat(Object.keys(after).filter((name) => !running.includes(name)))
      .map((automaton) => ({ automaton, ...(after[automaton] && { after: after[automaton] }) })),
  ).map((group) => group.map(({ automaton }) => automaton));

test("without `after` all end at once", (t) => {
  t.deepEqual(order(["a", "b"], {}), []);
});

test("what was started after others ends before them, as far as they run", (t) => {
  t.deepEqual(order(["db", "api", "web", "other"], { api: ["db"], web: ["api"] }), [["web"], ["api"]]);
  t.deepEqual(order(["db", "web", "web"], { web: ["db", "cache"] }), [["web", "web"]]);
  // A job has ended, and what it was for goes on to count.
  t.deepEqual(order(["db", "api", "web"], { job: ["db"], api: ["job"], web: ["api"] }), [["web"], ["api"]]);
});

test("notes that go round in a circle end as well", (t) => {
  t.is(order(["a", "b"], { a: ["b"], b: ["a"] }).flat().length >= 1, true);
});
