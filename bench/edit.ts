/** From a new text to the list of operations, when one declaration of many changed; and from nothing. */
import { openProgram, type Program } from "../src/library.ts";
import { quantile, type Row, table, time } from "./measure.ts";
import { automaton, village } from "./village.ts";

/** A program that is edited, and how long that took. */
interface Edited {
  readonly size: number;
  readonly program: Program;
  readonly scratch: number;
  text: string;
  readonly times: number[];
  mostFolded: number;
}

const now = (): number => Number(process.hrtime.bigint());

/** Flat, as a file that was read is: joining pieces is not the program's work. */
const flat = (text: string): string => Buffer.from(text, "latin1").toString("latin1");

/** Another number of instances for a random automaton, and the text with it. */
const editOf = (text: string, size: number, i: number): string => {
  const which = (i * 7919 + 13) % size;
  const start = text.indexOf(`automaton a${which} {`);
  const end = text.indexOf("\n}", start) + 2;
  const instances = /instances (\d+)/.exec(text.slice(start, end))!;
  return flat(text.slice(0, start) + automaton(which, 1 + (Number(instances[1]) % 5)) + text.slice(end));
};

const open = (size: number): Edited => {
  const text = flat(village(size));
  const start = now();
  const program = openProgram({ file: "village.arch", text });
  const scratch = now() - start;
  if (program.diagnostics.length > 0) throw new Error(program.diagnostics[0]!.message);
  return { size, program, scratch, text, times: [], mostFolded: 0 };
};

const edit = (one: Edited, i: number): void => {
  one.text = editOf(one.text, one.size, i);
  const start = now();
  const { stats, operations } = one.program.update(one.text);
  one.times.push(now() - start);
  if (operations.length === 0) throw new Error("the edit changed nothing");
  for (const { folded } of Object.values(stats.passes)) one.mostFolded = Math.max(one.mostFolded, folded);
};

/** Programs of all sizes in turn, so that a drift of the machine meets all alike. */
export const benchEdits = (sizes = [100, 1_000, 10_000, 100_000], edits = 300): Row[] => {
  const all = sizes.map(open);
  for (let i = 0; i < edits; i++) for (const one of all) edit(one, i);
  const p50 = ({ times }: Edited): number => quantile(times.slice(Math.floor(edits / 5)), 0.5);
  const thousand = all.find(({ size }) => size === 1_000);
  return all.map((one) => ({
    automata: one.size,
    "edit p50": time(p50(one)),
    "edit p99": time(quantile(one.times.slice(Math.floor(edits / 5)), 0.99)),
    "× of 1,000": thousand === undefined ? "" : (p50(one) / p50(thousand)).toFixed(1),
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
