/** What every ledger must do, of the files beside a system and of a simulation's memory. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { SystemState } from "../../../runtime/process/state.ts";
import { FileLedger } from "../../../src/live/ledger/file-ledger.ts";
import { NotedInputs, readInputs } from "../../../src/live/ledger/inputs.ts";
import type { Ledger } from "../../../src/live/ledger/ledger.ts";
import { Program } from "../../../src/program/program.ts";
import { MemoryLedger } from "../../simulation/ledger.ts";
import { until } from "../../until.ts";

const stateOf = (t: ExecutionContext): SystemState => {
  const root = mkdtempSync(`${tmpdir()}/architect-ledger-`);
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  return new SystemState("s", `${root}/state`);
};

const ledgers: readonly (readonly [string, (t: ExecutionContext) => Ledger])[] = [
  ["files", (t) => new FileLedger(stateOf(t))],
  ["memory", () => new MemoryLedger()],
];

for (const [name, open] of ledgers) {
  test(`${name}: what is set is read, and only who knows the revision sets`, async (t) => {
    const ledger = open(t);
    t.is(await ledger.read("a"), null);
    t.is(await ledger.compareAndSet("a", "1", "early"), null);
    const first = await ledger.compareAndSet("a", null, "one");
    t.deepEqual(await ledger.read("a"), { value: "one", revision: first! });
    t.is(await ledger.compareAndSet("a", null, "again"), null);
    const second = await ledger.compareAndSet("a", first, "two");
    t.not(second, first);
    t.is(await ledger.compareAndSet("a", first, "late"), null);
    t.deepEqual(await ledger.read("a"), { value: "two", revision: second! });
    t.is(await ledger.read("b"), null);
  });

  test(`${name}: of several who set at once one does`, async (t) => {
    const ledger = open(t);
    const all = await Promise.all(["x", "y", "z"].map((value) => ledger.compareAndSet("a", null, value)));
    t.is(all.filter((revision) => revision !== null).length, 1);
  });

  test(`${name}: who watches a key hears of it, until it is cancelled`, async (t) => {
    const ledger = open(t);
    let revision = await ledger.compareAndSet("a", null, "one");
    const seen: string[] = [];
    const cancel = ledger.watch("a", ({ value }) => seen.push(value));
    revision = await ledger.compareAndSet("a", revision, "two");
    await ledger.compareAndSet("b", null, "other");
    await until("it is heard of", () => seen.includes("two"));
    t.false(seen.includes("other"));
    cancel();
    revision = await ledger.compareAndSet("a", revision, "three");
    t.not(revision, null);
    t.false(seen.includes("three"));
  });
}

test("the files are the owner's alone, and whole", async (t) => {
  const state = stateOf(t);
  const revision = await new FileLedger(state).compareAndSet("a", null, "one");
  t.is(statSync(`${state.directory}/a`).mode & 0o777, 0o600);
  t.is(
    await new FileLedger(state).compareAndSet("a", revision, "two"),
    (await new FileLedger(state).read("a"))!.revision,
  );
  t.is(readFileSync(`${state.directory}/a`, "utf8"), "two");
});

const opened = (): Program => {
  const program = new Program({
    file: "s.arch",
    text: 'let n = input("n", 1)\nlet m = input("m", 1)\nautomaton a { instances n + m }\nsystem s = a',
  });
  program.start();
  return program;
};
const countOf = (program: Program): number =>
  [...program.resources()].filter(({ kind }) => kind === "instance").length;

test("inputs that were noted are set again, but for those that do not fit any more", async (t) => {
  const ledger = new MemoryLedger();
  const noted = new NotedInputs(ledger);
  await noted.restore(opened());
  await noted.note("n", "3");
  await noted.note("gone", "3");
  const program = opened();
  await new NotedInputs(ledger).restore(program);
  t.is(countOf(program), 4);
});

test("two who note inputs lose none, and hear of each other's", async (t) => {
  const ledger = new MemoryLedger();
  const [one, other] = [new NotedInputs(ledger), new NotedInputs(ledger)];
  for (const noted of [one, other]) await noted.restore(opened());
  const heard: string[] = [];
  const cancel = other.follow((name, text) => heard.push(`${name} = ${text}`));
  t.teardown(cancel);
  await one.note("n", "3");
  await until("it is heard of", () => heard.length === 1);
  await Promise.all([one.note("n", "4"), other.note("m", "5")]);
  const program = opened();
  await new NotedInputs(ledger).restore(program);
  t.is(countOf(program), 9);
  await until("that too", () => heard.includes("n = 4"));
  t.false(heard.includes("m = 5"), "what one notes itself is no news");
});

test("a note that is broken or missing says nothing", (t) => {
  const state = stateOf(t);
  t.deepEqual(readInputs(state), {});
  void new FileLedger(state).compareAndSet("inputs", null, "[1");
  t.deepEqual(readInputs(state), {});
  writeFileSync(`${state.directory}/inputs`, '{"n": 3}');
  t.deepEqual(readInputs(state), {});
});
