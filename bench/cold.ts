/**
 * From a text to the list of operations, from nothing: in a process of its own, of which
 * nothing is compiled or warm, and once more when it is. And what of that is parsing.
 */
import { execFileSync } from "node:child_process";
import { Document } from "../grammar/document.ts";
import { Terms } from "../src/core/term.ts";
import { openProgram } from "../src/library.ts";
import { quantile, type Row, table, time } from "./measure.ts";
import { sample } from "./sample-system.ts";

interface Spent {
  /** Nanoseconds that passed, and of a processor. */
  readonly wall: number;
  readonly cpu: number;
}

const spent = (work: () => void): Spent => {
  const began = process.cpuUsage();
  const start = process.hrtime.bigint();
  work();
  const wall = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(began);
  return { wall, cpu: (user + system) * 1000 };
};

const open = (text: string): void => {
  const { diagnostics } = openProgram({ file: "sample.arch", text });
  if (diagnostics.length > 0) throw new Error(diagnostics[0]!.message);
};

const inNewProcess = (size: number): Spent =>
  JSON.parse(
    execFileSync(process.execPath, [import.meta.filename, "once", String(size)], { encoding: "utf8" }),
  ) as Spent;

const median = (all: readonly Spent[], of: keyof Spent): number =>
  quantile(
    all.map((one) => one[of]),
    0.5,
  );

/** `rounds` processes a size. */
export const benchOpening = (sizes = [1_000, 10_000], rounds = 7): Row[] =>
  sizes.map((size) => {
    const text = sample(size);
    const cold = Array.from({ length: rounds }, () => inNewProcess(size));
    const warm = Array.from({ length: 3 }, () => spent(() => open(text)));
    return {
      automata: size,
      text: `${(text.length / 1e6).toFixed(2)} MB`,
      "new process": time(median(cold, "wall")),
      least: time(Math.min(...cold.map(({ wall }) => wall))),
      "its CPU time": time(median(cold, "cpu")),
      "once more, CPU time": time(median(warm, "cpu")),
    };
  });

/** Megabytes a second, and a second of a processor: other threads collect garbage meanwhile. */
export const benchParsing = (size = 5_000, rounds = 45): Row[] => {
  const text = sample(size);
  const all = Array.from({ length: rounds }, () => spent(() => void Document.parse(text, new Terms())));
  const rate = (time: number): string => `${(text.length / time / 1e-3).toFixed(1)} MB/s`;
  const warm = all.slice(5);
  return [
    {
      automata: size,
      first: rate(all[0]!.wall),
      "warm, median": rate(median(warm, "wall")),
      "warm, best": rate(Math.min(...warm.map(({ wall }) => wall))),
      "warm, of a processor": rate(median(warm, "cpu")),
    },
  ];
};

if (process.argv[1] === import.meta.filename) {
  if (process.argv[2] === "once") {
    const text = sample(Number(process.argv[3]));
    console.log(JSON.stringify(spent(() => open(text))));
  } else {
    table("Text to operations, from nothing", benchOpening());
    table("Text to terms", benchParsing());
  }
}
