/** From a new text to the list of operations, when one declaration of many changed; and from nothing. */
import { openProgram } from "../src/library.ts";
import { quantile, type Row, table, time } from "./measure.ts";
import { automaton, village } from "./village.ts";

interface Measured {
  readonly size: number;
  readonly p50: number;
  readonly p99: number;
  readonly scratch: number;
  readonly mostFolded: number;
}

const now = (): number => Number(process.hrtime.bigint());

/** Another number of instances for a random automaton, and the text with it. */
const editOf = (text: string, size: number, i: number): string => {
  const which = (i * 7919 + 13) % size;
  const start = text.indexOf(`automaton a${which} {`);
  const end = text.indexOf("\n}", start) + 2;
  return text.slice(0, start) + automaton(which, 1 + (i % 5)) + text.slice(end);
};

export const measureEdits = (size: number, edits: number): Measured => {
  let text = village(size);
  const began = now();
  const program = openProgram({ file: "village.arch", text });
  const scratch = now() - began;
  if (program.diagnostics.length > 0) throw new Error(program.diagnostics[0]!.message);
  const times: number[] = [];
  let mostFolded = 0;
  for (let i = 0; i < edits; i++) {
    // Flat, as a file that was read is: joining the pieces is not the program's work.
    text = Buffer.from(editOf(text, size, i)).toString("latin1");
    const start = now();
    const { stats } = program.update(text);
    times.push(now() - start);
    for (const { folded } of Object.values(stats.passes)) mostFolded = Math.max(mostFolded, folded);
  }
  const warm = times.slice(Math.floor(edits / 5));
  return { size, p50: quantile(warm, 0.5), p99: quantile(warm, 0.99), scratch, mostFolded };
};

export const benchEdits = (sizes = [100, 1_000, 10_000, 100_000]): Row[] =>
  sizes
    .map((size) => measureEdits(size, 300))
    .map(({ size, p50, p99, scratch, mostFolded }) => ({
      automata: size,
      "edit p50": time(p50),
      "edit p99": time(p99),
      "from nothing": time(scratch),
      "faster than from nothing": `${(scratch / p50).toFixed(0)}×`,
      "most folded in a pass": mostFolded,
      "allowed (8·log₁₆ n + 1)": Math.floor((8 * Math.log(size)) / Math.log(16)) + 1,
    }));

if (process.argv[1] === import.meta.filename) {
  const sizes = process.argv.slice(2).map(Number);
  table(
    "One declaration of many edited, from new text to operations",
    benchEdits(sizes.length > 0 ? sizes : undefined),
  );
}
