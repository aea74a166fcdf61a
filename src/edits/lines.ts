/** How one text became another, line by line (Myers, "An O(ND) Difference Algorithm", 1986). */
import type { Splice } from "./splice.ts";

/** Lines with their ends. */
export const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** So many lines that came or went are looked for one by one; beyond, the whole middle is another. */
const most = 2_000;

/** Pairs of equal lines, in rising order; null where there are too many that differ. */
const matched = (
  a: readonly string[],
  b: readonly string[],
): readonly (readonly [number, number])[] | null => {
  const trace: Int32Array[] = [];
  const width = Math.min(a.length + b.length, most);
  const furthest = new Int32Array(2 * width + 3);
  for (let d = 0; d <= width; d++) {
    trace.push(furthest.slice());
    for (let k = -d; k <= d; k += 2) {
      const at = k + width + 1;
      let x =
        k === -d || (k !== d && furthest[at - 1]! < furthest[at + 1]!)
          ? furthest[at + 1]!
          : furthest[at - 1]! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[at] = x;
      if (x >= a.length && x - k >= b.length) return wayBack(a.length, b.length, trace, width);
    }
  }
  return null;
};

const wayBack = (
  x: number,
  y: number,
  trace: readonly Int32Array[],
  width: number,
): readonly (readonly [number, number])[] => {
  const pairs: (readonly [number, number])[] = [];
  for (let d = trace.length - 1; d >= 0; d--) {
    const furthest = trace[d]!;
    const k = x - y;
    const at = k + width + 1;
    const down = k === -d || (k !== d && furthest[at - 1]! < furthest[at + 1]!);
    const [fromK, fromX] = down ? [k + 1, furthest[at + 1]!] : [k - 1, furthest[at - 1]!];
    const fromY = fromX - fromK;
    while (x > fromX && y > fromY && x > 0 && y > 0) pairs.push([--x, --y]);
    if (d > 0) [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
};

/** A run of lines in the place of another; `at` and `to` count lines from 0. */
export interface Hunk {
  readonly at: number;
  readonly removed: readonly string[];
  readonly to: number;
  readonly inserted: readonly string[];
}

/** The runs of lines in which two texts differ. */
export const hunks = (before: string, after: string): readonly Hunk[] => {
  const [a, b] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [middleA, middleB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const pairs = [...(matched(middleA, middleB) ?? []), [middleA.length, middleB.length] as const];
  const found: Hunk[] = [];
  let [x, y] = [0, 0];
  for (const [i, j] of pairs) {
    if (i > x || j > y)
      found.push({ at: head + x, removed: middleA.slice(x, i), to: head + y, inserted: middleB.slice(y, j) });
    [x, y] = [i + 1, j + 1];
  }
  return found;
};

/** The splices that make one text the other, each as small as it can be. */
export const splicesBetween = (file: string, before: string, after: string): readonly Splice[] => {
  const starts = [0];
  for (const line of linesOf(before)) starts.push(starts.at(-1)! + line.length);
  return hunks(before, after).map(({ at, removed, inserted }) => {
    const [old, text] = [removed.join(""), inserted.join("")];
    let head = 0;
    while (head < old.length && head < text.length && old[head] === text[head]) head++;
    let tail = 0;
    while (
      tail < old.length - head &&
      tail < text.length - head &&
      old[old.length - 1 - tail] === text[text.length - 1 - tail]
    )
      tail++;
    const start = starts[at]!;
    return {
      file,
      start: start + head,
      end: start + old.length - tail,
      text: text.slice(head, text.length - tail),
    };
  });
};
