/**
 * The order of the boxes in their columns: barycentres swept to and fro, the best of
 * all sweeps kept, and neighbours swapped while that removes crossings.
 */

/** A piece of a link, between neighbouring columns; `fromY`, `toY` order pieces at one box. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly fromY: number;
  readonly toY: number;
}

const sweeps = 16;

/** Inversions of a list, by merge sort. */
const inversions = (list: number[]): number => {
  if (list.length < 2) return 0;
  const middle = list.length >> 1;
  const left = list.slice(0, middle);
  const right = list.slice(middle);
  let count = inversions(left) + inversions(right);
  let i = 0;
  let j = 0;
  for (let at = 0; at < list.length; at++) {
    if (j >= right.length || (i < left.length && left[i]! <= right[j]!)) {
      list[at] = left[i++]!;
    } else {
      list[at] = right[j++]!;
      count += left.length - i;
    }
  }
  return count;
};

/** Crossings among the segments between two columns, given each box's place in its column. */
export const crossings = (segments: readonly Segment[], place: readonly number[]): number => {
  // A box's ports are spread over less than its place, so place and port are one number.
  const at = (box: number, y: number): number => place[box]! + Math.min(y, 9999) / 10_000;
  const sorted = segments
    .map(({ from, to, fromY, toY }) => ({ a: at(from, fromY), b: at(to, toY) }))
    .sort((x, y) => x.a - y.a || x.b - y.b);
  return inversions(sorted.map(({ b }) => b));
};

/** `columns` in a better order; `gaps[i]` are the segments between columns i and i + 1. */
export const ordered = (
  columns: readonly (readonly number[])[],
  gaps: readonly (readonly Segment[])[],
): readonly (readonly number[])[] => {
  const current = columns.map((column) => [...column]);
  const place: number[] = [];
  const note = (): void => {
    for (const column of current)
      column.forEach((box, index) => {
        place[box] = index;
      });
  };
  const total = (): number => gaps.reduce((sum, gap) => sum + crossings(gap, place), 0);
  note();
  let best = current.map((column) => [...column]);
  let least = total();
  for (let sweep = 0; sweep < sweeps && least > 0; sweep++) {
    const rightwards = sweep % 2 === 0;
    for (let step = 1; step < current.length; step++) {
      const index = rightwards ? step : current.length - 1 - step;
      const gap = gaps[rightwards ? index - 1 : index]!;
      sortByBarycentre(current[index]!, gap, rightwards, place);
    }
    swapNeighbours(current, gaps, place);
    const now = total();
    if (now < least) {
      least = now;
      best = current.map((column) => [...column]);
    }
  }
  return best;
};

const sortByBarycentre = (
  column: number[],
  gap: readonly Segment[],
  rightwards: boolean,
  place: number[],
): void => {
  const sum = new Map<number, [total: number, count: number]>();
  for (const { from, to, fromY, toY } of gap) {
    const [own, other, y] = rightwards ? [to, from, fromY] : [from, to, toY];
    const [total, count] = sum.get(own) ?? [0, 0];
    sum.set(own, [total + place[other]! + Math.min(y, 9999) / 10_000, count + 1]);
  }
  const centre = new Map(
    column.map((box) => {
      const [total, count] = sum.get(box) ?? [place[box]!, 1];
      return [box, total / count] as const;
    }),
  );
  column.sort((a, b) => centre.get(a)! - centre.get(b)! || place[a]! - place[b]!);
  column.forEach((box, index) => {
    place[box] = index;
  });
};

const swapNeighbours = (
  columns: readonly number[][],
  gaps: readonly (readonly Segment[])[],
  place: number[],
): void => {
  columns.forEach((column, index) => {
    // Crossings are counted again for each pair: not worth it in a wide column.
    if (column.length > 40) return;
    const around = [gaps[index - 1], gaps[index]].filter((gap) => gap !== undefined);
    for (let i = 0; i + 1 < column.length; i++) {
      const [a, b] = [column[i]!, column[i + 1]!];
      const near = around.map((gap) =>
        gap.filter(({ from, to }) => [from, to].some((x) => x === a || x === b)),
      );
      const count = (): number => near.reduce((sum, gap) => sum + crossings(gap, place), 0);
      const before = count();
      place[a] = i + 1;
      place[b] = i;
      if (count() < before) {
        column[i] = b;
        column[i + 1] = a;
      } else {
        place[a] = i;
        place[b] = i + 1;
      }
    }
  });
};
