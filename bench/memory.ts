/** What a declaration weighs, and whether edits leave anything behind. Needs `--expose-gc`. */
import { openProgram, type Program } from "../src/library.ts";
import { type Row, table } from "./measure.ts";
import { automaton, sample } from "./sample-system.ts";

/** Bytes on the heap when nothing more can be collected. */
const settled = (): number => {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("run with node --expose-gc");
  for (let i = 0; i < 4; i++) gc();
  return process.memoryUsage().heapUsed;
};

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export const benchWeight = (sizes = [1_000, 10_000, 100_000]): Row[] =>
  sizes.map((size) => {
    const text = sample(size, () => 1);
    const before = settled();
    const program: Program = openProgram({ file: "v.arch", text });
    const weight = settled() - before;
    return {
      automata: size,
      "text a declaration": `${(text.length / size).toFixed(0)} B`,
      "heap a declaration": `${(weight / size).toFixed(0)} B`,
      heap: megabytes(weight),
      errors: program.diagnostics.length,
    };
  });

/** Where each automaton of a sample stands. */
const places = (text: string, size: number): readonly number[] => {
  const found: number[] = [];
  for (let i = 0; i < size; i++) found.push(text.indexOf(`automaton a${i} {`, found[i - 1] ?? 0));
  return found;
};

/**
 * The heap after every tenth of so many edits of random declarations: of one in three the
 * command, else the number of instances. An edit leaves the length of the text as it is,
 * so the text is changed in place and read out once, as a saved file is.
 */
export const benchPlateau = (size = 10_000, edits = 100_000): Row[] => {
  const text = sample(size, () => 1);
  const at = places(text, size);
  const bytes = Buffer.from(text, "latin1");
  const program = openProgram({ file: "v.arch", text: bytes.toString() });
  const rows: Row[] = [];
  const start = settled();
  let spent = 0;
  let began = process.cpuUsage();
  for (let i = 1; i <= edits; i++) {
    const which = (i * 7919) % size;
    const edited = automaton(which, 1 + (i % 4)).replace('"node"', i % 3 === 0 ? '"deno"' : '"node"');
    bytes.write(edited, at[which]!, "latin1");
    const { diagnostics } = program.update(bytes.toString());
    if (diagnostics.length > 0) throw new Error(diagnostics[0]!.message);
    if (i % (edits / 10) !== 0) continue;
    const { user, system } = process.cpuUsage(began);
    spent += user + system;
    const heap = settled();
    began = process.cpuUsage();
    rows.push({
      edits: i,
      heap: megabytes(heap),
      "of the start": (heap / start).toFixed(2),
      "CPU an edit": `${(spent / i / 1000).toFixed(2)} ms`,
    });
  }
  return rows;
};

if (process.argv[1] === import.meta.filename) {
  const [size, edits] = process.argv.slice(2).map(Number);
  table("What a declaration weighs", benchWeight(size === undefined ? undefined : [size]));
  table("The heap under edits", benchPlateau(size, edits));
}
