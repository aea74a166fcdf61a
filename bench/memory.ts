/** What a declaration weighs, and whether edits leave anything behind. Needs `--expose-gc`. */
import { openProgram, type Program } from "../src/library.ts";
import type { Row } from "./measure.ts";
import { automaton, village } from "./village.ts";

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
    const text = village(size, () => 1);
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

/** The heap after every tenth of so many edits of random declarations. */
export const benchPlateau = (size = 10_000, edits = 100_000): Row[] => {
  const parts = village(size, () => 1).split("\n\n");
  const program = openProgram({ file: "v.arch", text: parts.join("\n\n") });
  const rows: Row[] = [];
  const start = settled();
  for (let i = 1; i <= edits; i++) {
    const which = (i * 7919) % size;
    parts[which + 1] = automaton(which, 1 + (i % 4));
    program.update(parts.join("\n\n"));
    if (i % (edits / 10) === 0) {
      const heap = settled();
      rows.push({ edits: i, heap: megabytes(heap), "of the start": (heap / start).toFixed(2) });
    }
  }
  return rows;
};
