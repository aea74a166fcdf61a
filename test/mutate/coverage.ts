/** Which parts of the compiled modules a run went through, as V8 wrote it down (`NODE_V8_COVERAGE`). */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Of a file: where it was run, from and before which offset, in order. */
export type Segments = readonly (readonly [from: number, to: number])[];
export type Coverage = ReadonlyMap<string, Segments>;

interface Script {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/** What is within another range comes later and counts. */
const paint = (run: Uint8Array, { functions }: Script): void => {
  const own = new Uint8Array(run.length);
  const ranges = functions.flatMap((one) => one.ranges);
  const inner = ranges.toSorted((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of inner) own.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  own.forEach((ran, i) => {
    if (ran === 1) run[i] = 1;
  });
};

const segmentsOf = (run: Uint8Array): Segments => {
  const segments: [number, number][] = [];
  for (let i = 0; i < run.length; i++) {
    if (run[i] !== 1) continue;
    const last = segments.at(-1);
    if (last?.[1] === i) last[1] = i + 1;
    else segments.push([i, i + 1]);
  }
  return segments;
};

/** Of all processes that wrote into `folder`, for the files below `root`, by their path from there. */
export const readCoverage = (folder: string, root: string): Coverage => {
  const runs = new Map<string, Uint8Array>();
  for (const name of readdirSync(folder)) {
    const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as { readonly result: Script[] };
    for (const script of result) {
      if (!script.url.startsWith("file:")) continue;
      const path = fileURLToPath(script.url);
      if (!path.startsWith(`${root}/`) || path.includes("/node_modules/")) continue;
      const file = path.slice(root.length + 1);
      const run = runs.get(file) ?? new Uint8Array(readFileSync(path, "utf8").length);
      runs.set(file, run);
      paint(run, script);
    }
  }
  return new Map([...runs].map(([file, run]) => [file, segmentsOf(run)]));
};

export const isCovered = (segments: Segments | undefined, offset: number): boolean =>
  segments?.some(([from, to]) => from <= offset && offset < to) ?? false;
