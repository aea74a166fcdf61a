/** From a new text to the list of operations, when one declaration of many changed; and from nothing. */
import type { Range } from "../src/core/diagnostic.ts";
import { openProgram, type Program, type Update } from "../src/library.ts";
import { quantile, type Row, table, time } from "./measure.ts";
import { automaton, sample } from "./sample-system.ts";

/** A program that is edited, and how long that took. */
interface Edited {
  readonly size: number;
  readonly program: Program;
  readonly scratch: number;
  readonly base: string;
  /** The text with another edit each. */
  readonly others: readonly string[];
  /** From a text that was there already to the list of operations. */
  readonly times: number[];
  /** The same, each time from a text that was just made. */
  readonly freshTimes: number[];
  /** The same, told as a range and what is put there: what an editor knows. */
  readonly rangeTimes: number[];
  /** As many bytes as the text has, again and again. */
  readonly copies: readonly Buffer[];
  /** What C takes to find two of them equal: how fast both can be read. */
  readonly readTimes: number[];
  mostFolded: number;
}

const now = (): number => Number(process.hrtime.bigint());

/** As a file that was read: joining pieces is not the program's work. */
const asRead = (text: string): string => Buffer.from(text).toString();

/** Another number of instances for a random automaton. */
const edited = (text: string, size: number, i: number): string => {
  const which = (i * 7919 + 13) % size;
  const start = text.indexOf(`automaton a${which} {`);
  const end = text.indexOf("\n}", start) + 2;
  const instances = /instances (\d+)/.exec(text.slice(start, end))!;
  return asRead(text.slice(0, start) + automaton(which, 1 + (Number(instances[1]) % 5)) + text.slice(end));
};

const otherTexts = 16;

const open = (size: number): Edited => {
  const base = asRead(sample(size));
  const start = now();
  const program = openProgram({ file: "sample.arch", text: base });
  const scratch = now() - start;
  if (program.diagnostics.length > 0) throw new Error(program.diagnostics[0]!.message);
  const others = Array.from({ length: otherTexts }, (_, i) => edited(base, size, i));
  const copies = others.map(() => Buffer.from(base));
  const measured = { times: [], freshTimes: [], rangeTimes: [], readTimes: [], mostFolded: 0 };
  return { size, program, scratch, base, others, copies, ...measured };
};

/** One edit of a random declaration, or the same taken back; the time that it took. */
const edit = (one: Edited, change: (program: Program) => Update): number => {
  const start = now();
  const { stats, operations } = change(one.program);
  const took = now() - start;
  if (operations.length === 0) throw new Error("the edit changed nothing");
  for (const { folded } of Object.values(stats.passes)) one.mostFolded = Math.max(one.mostFolded, folded);
  return took;
};

const compared = ({ copies }: Edited, i: number): number => {
  const [one, other] = [copies[i % copies.length]!, copies[(i + 1) % copies.length]!];
  const start = now();
  if (!one.equals(other)) throw new Error("copies differ");
  return now() - start;
};

/** The number of instances of a random automaton, and where it is written. */
const instancesIn = (
  { base, size }: Edited,
  i: number,
): { readonly range: Range; readonly count: string } => {
  const start = base.indexOf(`automaton a${(i * 7919 + 13) % size} {`);
  const at = base.indexOf("instances ", start) + "instances ".length;
  const count = /\d+/.exec(base.slice(at, at + 9))![0];
  const before = base.slice(0, at).split("\n");
  const [line, column] = [before.length, before.at(-1)!.length + 1];
  return { range: { start: { line, column }, end: { line, column: column + count.length } }, count };
};

/** The first edits are slow, until the code is compiled. */
const warm = (times: readonly number[]): readonly number[] => times.slice(Math.floor(times.length / 5));

/** Programs of all sizes in turn, so that a drift of the machine meets all alike. */
export const benchEdits = (sizes = [100, 1_000, 10_000, 100_000], edits = 300): Row[] => {
  const all = sizes.map(open);
  const textOf = ({ base, others }: Edited, i: number): string =>
    i % 2 === 1 ? base : others[(i >> 1) % others.length]!;
  for (let i = 0; i < 2 * Math.ceil(edits / 2); i++)
    for (const one of all) {
      const text = textOf(one, i);
      one.times.push(edit(one, (program) => program.update(text)));
      one.readTimes.push(compared(one, i));
    }
  for (let i = 0; i < 2 * Math.ceil(edits / 6); i++)
    for (const one of all) {
      const text = asRead(textOf(one, i));
      one.freshTimes.push(edit(one, (program) => program.update(text)));
    }
  for (let i = 0; i < Math.ceil(edits / 4); i++)
    for (const one of all) {
      const { range, count } = instancesIn(one, i);
      // As long as what stood there, so that the range is that of the way back.
      for (const put of [count === "2" ? "3" : "2", count])
        one.rangeTimes.push(edit(one, (program) => program.edit(range, put)));
    }
  const middle = (times: readonly number[]): number => quantile(warm(times), 0.5);
  const p50 = ({ times }: Edited): number => middle(times);
  const ownWork = (one: Edited): number => p50(one) - middle(one.readTimes);
  const thousand = all.find(({ size }) => size === 1_000);
  return all.map((one) => ({
    automata: one.size,
    "edit p50": time(p50(one)),
    "edit p99": time(quantile(warm(one.times), 0.99)),
    "× of 1,000": thousand === undefined ? "" : (p50(one) / p50(thousand)).toFixed(1),
    "comparing so many bytes, in C": time(middle(one.readTimes)),
    "without that, × of 1,000": thousand === undefined ? "" : (ownWork(one) / ownWork(thousand)).toFixed(1),
    "of a text just made": time(middle(one.freshTimes)),
    "by range": time(middle(one.rangeTimes)),
    "by range, × of 1,000":
      thousand === undefined ? "" : (middle(one.rangeTimes) / middle(thousand.rangeTimes)).toFixed(1),
    "from nothing": time(one.scratch),
    "faster than that": `${(one.scratch / p50(one)).toFixed(0)}×`,
    "most folded in a pass": one.mostFolded,
    "allowed (8·log₁₆ n + 1)": Math.floor((8 * Math.log(one.size)) / Math.log(16)) + 1,
  }));
};

if (process.argv[1] === import.meta.filename) {
  const sizes = process.argv.slice(2).map(Number);
  table(
    "One declaration of many edited, from new text to operations",
    benchEdits(sizes.length > 0 ? sizes : undefined),
  );
}
