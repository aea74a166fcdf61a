/** However a snapshot is cut into steps, a page that takes them all has it. */
import test from "ava";
import fc from "fast-check";
import {
  noSnapshot,
  type Snapshot,
  type SnapshotDelta,
  snapshotOf,
  stepTowards,
  unanswered,
  wireName,
} from "../../src/inspector/snapshot.ts";
import type { Status } from "../../src/live/control/status.ts";

type Page = { head: unknown; readonly automata: Map<string, unknown>; readonly wires: Map<string, unknown> };

/** As a page takes it. */
const take = (page: Page, { head, automata = [], gone = [], wires = [], cut = [] }: SnapshotDelta): void => {
  if (head !== undefined) page.head = head;
  for (const one of automata) page.automata.set(one.name, one);
  for (const name of gone) page.automata.delete(name);
  for (const wire of wires) page.wires.set(wireName(wire), wire);
  for (const name of cut) page.wires.delete(name);
};

const statusOf = (counts: Readonly<Record<string, number>>, problems: readonly string[] = []): Status => ({
  ...{ system: "s", state: "converged", problems, warnings: [], base: "memory", file: "s.arch" },
  ...{ rejected: null, orchestrator: 1, publications: [] },
  automata: Object.entries(counts).map(([name, restarts]) => ({
    ...{ name, services: [] },
    instances: [
      { index: 0, netns: name, addresses: [], pid: 1, state: "ready" as const, restarts, reason: null },
    ],
  })),
  wires: Object.entries(counts).flatMap(([name, count]) =>
    count > 2 ? [{ from: `${name}.out`, to: "z.in", kind: "request" as const }] : [],
  ),
});

/** In the order of their names. */
const sortedOf = (map: ReadonlyMap<string, unknown>): readonly unknown[] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

const counts = fc.dictionary(fc.constantFrom(..."abcdefgh"), fc.nat(5));

test("a page that takes each step has the latest snapshot", (t) => {
  fc.assert(
    fc.property(
      fc.array(counts, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      (all, most) => {
        const page: Page = { head: null, automata: new Map(), wires: new Map() };
        let [sent, latest]: [Snapshot, Snapshot] = [noSnapshot, noSnapshot];
        all.forEach((one, i) => {
          latest = snapshotOf(statusOf(one, i % 2 === 0 ? [] : ["p"]), latest);
          // A slow page: one step for each change.
          const step = stepTowards(sent, latest, most);
          if (step === null) return;
          take(page, step.delta);
          sent = step.reached;
        });
        for (
          let step = stepTowards(sent, latest, most);
          step !== null;
          step = stepTowards(sent, latest, most)
        ) {
          const { automata = [], wires = [] } = step.delta;
          if (automata.length + wires.length > most) return false;
          take(page, step.delta);
          sent = step.reached;
        }
        const last = statusOf(all.at(-1)!, all.length % 2 === 1 ? [] : ["p"]);
        t.deepEqual(sortedOf(page.automata), sortedOf(new Map(last.automata.map((one) => [one.name, one]))));
        t.deepEqual(sortedOf(page.wires), sortedOf(new Map(last.wires.map((one) => [wireName(one), one]))));
        t.like(page.head, { system: "s", problems: last.problems, link: "answering" });
        return true;
      },
    ),
  );
});

test("where nothing changes nothing is sent, and a change sends itself alone", (t) => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`a${i}`, i % 5]));
  const first = snapshotOf(statusOf(many), noSnapshot);
  t.is(stepTowards(first, snapshotOf(statusOf(many), first)), null);
  const { delta } = stepTowards(first, snapshotOf(statusOf({ ...many, a7: 9 }), first))!;
  t.deepEqual(Object.keys(delta), ["automata", "wires"].slice(0, Object.keys(delta).length));
  t.deepEqual(
    delta.automata!.map(({ name }) => name),
    ["a7"],
  );
  t.true(JSON.stringify(delta).length < 4_096);
});

test("an orchestrator that does not answer leaves what was last known, and says so", (t) => {
  const known = snapshotOf(statusOf({ a: 1 }), noSnapshot);
  const lost = unanswered(known, "s", "silent", "it is stopped");
  t.is(lost.automata, known.automata);
  t.like(lost.head!.value, { link: "silent", said: "it is stopped", orchestrator: null, state: "converged" });
  const { delta } = stepTowards(known, lost)!;
  t.deepEqual(Object.keys(delta), ["head"]);
  t.like(unanswered(noSnapshot, "s", "connecting", "").head!.value, { system: "s", link: "connecting" });
});

test("a page is told whether what it shows is a model, of which nothing runs", (t) => {
  const isModel = (...args: Parameters<typeof snapshotOf>): unknown =>
    snapshotOf(...args).head?.value.isModel;
  t.false(isModel(statusOf({ a: 0 }), noSnapshot));
  t.true(isModel(statusOf({ a: 0 }), noSnapshot, true));
});
