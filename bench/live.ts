/** A running system: from a save to the kernel, from a harm to its repair, and what looking costs. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { isLeft } from "fp-ts/lib/Either.js";
import { freshBackoff } from "../runtime/process/backoff.ts";
import type { Measured } from "../src/core/monitor.ts";
import { processKey } from "../src/core/resource.ts";
import type { LiveEvent } from "../src/live/control/messages.ts";
import { existing, processState, setProcess } from "../src/live/loop/state.ts";
import type { Live } from "../src/live/system/live.ts";
import { openLive } from "../src/live/system/open.ts";
import { Program } from "../src/program/program.ts";
import { quantile, type Row, time } from "./measure.ts";

const system = `benchlive${process.pid}`;

/** A ring of bare automata, the first in `count` instances; one process beside it. */
const ring = (size: number, count: number): string =>
  [
    "protocol P = ?Bytes . !Bytes",
    ...Array.from(
      { length: size },
      (_, i) =>
        `automaton a${i} { provides p: P on tcp 1000 requires next: P instances ${i === 0 ? count : 1} }`,
    ),
    'automaton worker { runs exec ["sleep", "100000"] }',
    `system ${system} = [${Array.from({ length: size }, (_, i) => `a${i} => a${(i + 1) % size}`).join(", ")}, worker]`,
  ].join("\n");

interface Bench {
  readonly live: Live;
  readonly file: string;
  /** Resolves with the next event of a kind. */
  next(kind: string): Promise<LiveEvent>;
}

const withLive = async (
  size: number,
  work: (bench: Bench) => Promise<readonly Row[]>,
): Promise<readonly Row[]> => {
  const directory = mkdtempSync(`${tmpdir()}/architect-bench-`);
  const file = `${directory}/ring.arch`;
  writeFileSync(file, ring(size, 1));
  const program = new Program({ file, text: readFileSync(file, "utf8"), keepSystem: true });
  if (program.start().diagnostics.length > 0) throw new Error(program.diagnostics[0]!.message);
  let onEvent: (event: LiveEvent) => void = () => {};
  const opened = await openLive({
    program,
    base: "netns",
    stateRoot: `${directory}/state`,
    onEvent: (event) => onEvent(event),
  });
  if (isLeft(opened)) throw new Error(opened.left.message);
  const live = opened.right;
  try {
    await live.start();
    await live.settled();
    live.watch();
    await sleep(500);
    const next = (kind: string): Promise<LiveEvent> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${kind} came`)), 20_000);
        onEvent = (event) => {
          if (event.event !== kind) return;
          clearTimeout(timer);
          resolve(event);
        };
      });
    return await work({ live, file, next });
  } finally {
    await live.remove();
    await live.closed;
    rmSync(directory, { recursive: true });
  }
};

/** `worked`: milliseconds of the processor, where they were counted. */
const row = (what: string, took: readonly number[], worked: readonly number[] = []): Row => ({
  what,
  times: took.length,
  p50: time(quantile(took, 0.5) * 1e6),
  p99: time(quantile(took, 0.99) * 1e6),
  "processor p50": worked.length === 0 ? "" : time(quantile(worked, 0.5) * 1e6),
});

const saves = async ({ file, next }: Bench, size: number, rounds: number): Promise<readonly Row[]> => {
  const [took, inside]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const text = ring(size, 1 + ((round + 1) % 2));
    const applied = next("applied");
    const start = performance.now();
    writeFileSync(file, text);
    const { text: told } = await applied;
    took.push(performance.now() - start);
    inside.push(Number(/in ([\d.]+) ms$/.exec(told)?.[1]));
    await sleep(30);
  }
  return [row("save to kernel, one scale step", took), row("of which after the file was read", inside)];
};

const ip = (...words: readonly string[]): void => {
  execFileSync("ip", words);
};

const harms = async ({ live, next }: Bench, size: number, rounds: number): Promise<readonly Row[]> => {
  const heal = async (what: string, kind: string, harm: (index: number) => void): Promise<Row> => {
    const took: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const healed = next(kind);
      harm((round * 7 + 1) % size);
      const start = performance.now();
      await healed;
      took.push(performance.now() - start);
      await sleep(30);
    }
    return row(what, took);
  };
  const netns = (index: number): string => `${system}.a${index}.0`;
  return [
    await heal("link deleted", "repaired", (index) => ip("-n", netns(index), "link", "del", "eth0")),
    await heal("link set down", "repaired", (index) => ip("-n", netns(index), "link", "set", "eth0", "down")),
    await heal("address taken", "repaired", (index) =>
      ip("-n", netns(index), "-4", "addr", "flush", "dev", "eth0"),
    ),
    await heal("namespace deleted", "repaired", (index) => ip("netns", "del", netns(index))),
    await heal("process killed, to spawned", "restarted", () => {
      const { state } = live.orchestrator;
      const known = processState(state, processKey("worker", 0))!;
      // A process that ran long is started again at once; here nobody waits for that.
      setProcess(state, { ...known, startAt: 0, backoff: freshBackoff });
      const { running } = known;
      if (running != null) process.kill(running.pid, "SIGKILL");
    }),
  ];
};

/** What one look at the load of every instance costs. */
const looks = async ({ live }: Bench, size: number, rounds: number): Promise<readonly Row[]> => {
  const all = (cells: Measured["cells"]): Measured[] =>
    Array.from({ length: size }, (_, index) => {
      const instance = existing(live.orchestrator.state, `a${index}`, 0);
      if (instance === null) throw new Error(`a${index} is missing`);
      return { instance, cells, running: { pid: process.pid, startTime: 0, spec: "" } };
    });
  const look = (what: string, cells: Measured["cells"]): Row => {
    const asked = all(cells);
    const worked: number[] = [];
    const took = Array.from({ length: rounds }, () => {
      const [start, before] = [performance.now(), process.cpuUsage()];
      live.orchestrator.monitor.measure(asked);
      const { user, system: kernel } = process.cpuUsage(before);
      worked.push((user + kernel) / 1_000);
      return performance.now() - start;
    });
    return row(what, took, worked);
  };
  return [
    look("look at connections", new Set(["connections", "connectionRate"])),
    look("look at traffic", new Set(["bytesPerSecond"])),
    look("look at cores", new Set(["cpu"])),
  ];
};

export const benchLive = async (size = 1_000, rounds = 50): Promise<readonly Row[]> => {
  if (process.getuid?.() !== 0) throw new Error("needs root");
  return withLive(size, async (bench) => [
    ...(await saves(bench, size, rounds)),
    ...(await harms(bench, size, rounds)),
    ...(await looks(bench, size, rounds)),
  ]);
};
