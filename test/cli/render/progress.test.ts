import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { progressOn } from "../../../src/cli/render/progress.ts";
import type { Stream } from "../../../src/cli/terminal.ts";

const heard = (live: boolean): { readonly stream: Stream; readonly written: string[] } => {
  const written: string[] = [];
  const stream: Stream = {
    write: (text) => void written.push(text),
    live,
    colour: false,
    columns: () => 60,
    rows: () => 24,
    isFull: () => false,
    drained: async () => undefined,
    gone: () => new AbortController().signal,
  };
  return { stream, written };
};

const work = (milliseconds: number): void => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

test("what is quick says nothing", async (t) => {
  for (const live of [true, false]) {
    const { stream, written } = heard(live);
    const progress = progressOn(stream);
    progress.phase("applying");
    progress.step(1, 2, "one");
    progress.step(2, 2, "two");
    progress.end();
    await sleep(600);
    t.deepEqual(written, []);
  }
});

test("what lasts is a line that moves, and goes away", async (t) => {
  const { stream, written } = heard(true);
  const progress = progressOn(stream);
  progress.phase("applying");
  await sleep(700);
  progress.step(3, 4, "creating instance cart 0");
  await sleep(200);
  progress.end();
  t.true(written.every((text) => text.startsWith("\r\u001b[K")));
  t.true(written[0]!.endsWith("applying…"));
  t.true(written.at(-2)!.includes("applying ███████████████░░░░░ 3/4 creating instance"), written.at(-2));
  t.is(written.at(-1), "\r\u001b[K");
});

test("nothing is drawn once it has ended, whatever goes on", (t) => {
  const { stream, written } = heard(true);
  const progress = progressOn(stream);
  progress.phase("starting");
  work(600);
  progress.end();
  progress.step(1, 2, "one");
  t.deepEqual(written, []);
});

test("it moves even while nothing else can", (t) => {
  const { stream, written } = heard(true);
  const progress = progressOn(stream);
  progress.phase("applying");
  for (let done = 1; done <= 8; done++) {
    work(100);
    progress.step(done, 8, "");
  }
  progress.end();
  t.true(written.length > 2, String(written.length));
});

test("where nothing can move, a phase that lasts is a plain line", async (t) => {
  const { stream, written } = heard(false);
  const progress = progressOn(stream);
  progress.phase("applying");
  progress.step(1, 2, "one");
  await sleep(600);
  progress.phase("waiting");
  progress.end();
  await sleep(600);
  t.deepEqual(written, ["applying…\n"]);
});

test("what comes and goes is a plain line once", async (t) => {
  const { stream, written } = heard(false);
  const progress = progressOn(stream);
  for (const phase of ["waiting: a", "waiting: b", "waiting: a"]) {
    progress.phase(phase);
    await sleep(600);
  }
  progress.end();
  t.deepEqual(written, ["waiting: a…\n", "waiting: b…\n"]);
});
