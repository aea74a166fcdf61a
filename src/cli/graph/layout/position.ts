/**
 * How far down each box stands: as near as may be to what it is linked to, in the given
 * order and at least `gap` apart. Each column for itself is a least-squares problem
 * with an order to keep, solved exactly by pooling adjacent violators (Ayer et al., 1955);
 * sweeps over the columns make them agree.
 */
import type { Segment } from "./order.ts";

export interface Measure {
  readonly height: (box: number) => number;
  /** Whether the box is only a bend of a link. Bends want to be straight. */
  readonly bend: (box: number) => boolean;
  readonly gap: (above: number, below: number) => number;
}

const sweeps = 64;

interface Pull {
  readonly other: number;
  /** What the box's top would be if the link were level, less the other's top. */
  readonly offset: number;
  readonly weight: number;
}

const pulls = (
  boxes: number,
  gaps: readonly (readonly Segment[])[],
  { bend }: Measure,
): { readonly left: readonly Pull[][]; readonly right: readonly Pull[][] } => {
  const left: Pull[][] = Array.from({ length: boxes }, () => []);
  const right: Pull[][] = Array.from({ length: boxes }, () => []);
  for (const gap of gaps)
    for (const { from, to, fromY, toY } of gap) {
      const weight = bend(from) && bend(to) ? 8 : bend(from) || bend(to) ? 2 : 1;
      left[to]!.push({ other: from, offset: fromY - toY, weight });
      right[from]!.push({ other: to, offset: toY - fromY, weight });
    }
  return { left, right };
};

/** The tops nearest to `wanted` that keep the order and the distances. */
const settle = (
  column: readonly number[],
  wanted: readonly number[],
  weights: readonly number[],
  { height, gap }: Measure,
): readonly number[] => {
  const offsets: number[] = [];
  column.forEach((box, i) => {
    const above = column[i - 1];
    offsets.push(above === undefined ? 0 : offsets[i - 1]! + height(above) + gap(above, box));
  });
  const pools: { mean: number; weight: number; size: number }[] = [];
  wanted.forEach((y, i) => {
    let pool = { mean: y - offsets[i]!, weight: weights[i]!, size: 1 };
    while (pools.length > 0 && pools.at(-1)!.mean > pool.mean) {
      const last = pools.pop()!;
      const weight = last.weight + pool.weight;
      pool = {
        mean: (last.mean * last.weight + pool.mean * pool.weight) / weight,
        weight,
        size: last.size + pool.size,
      };
    }
    pools.push(pool);
  });
  return pools.flatMap(({ mean, size }) => new Array<number>(size).fill(mean)).map((y, i) => y + offsets[i]!);
};

/** The top of each box; the least is 0. */
export const tops = (
  boxes: number,
  columns: readonly (readonly number[])[],
  gaps: readonly (readonly Segment[])[],
  measure: Measure,
): readonly number[] => {
  const { left, right } = pulls(boxes, gaps, measure);
  const top = new Array<number>(boxes).fill(0);
  const place = (column: readonly number[], wanted: readonly number[], weights: readonly number[]): void =>
    settle(column, wanted, weights, measure).forEach((y, i) => {
      top[column[i]!] = y;
    });
  for (const column of columns)
    place(
      column,
      column.map(() => 0),
      column.map(() => 1),
    );
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const order = sweep % 2 === 0 ? columns : columns.toReversed();
    for (const column of order) {
      const sides = column.map((box) => {
        // Early sweeps look one way, so that a whole tree can move; the last ones balance both.
        const one = sweep % 2 === 0 ? left[box]! : right[box]!;
        return sweep < sweeps - 48 && one.length > 0 ? one : [...left[box]!, ...right[box]!];
      });
      const weights = sides.map((side) => side.reduce((sum, { weight }) => sum + weight, 0));
      place(
        column,
        column.map((box, i) =>
          weights[i] === 0
            ? top[box]!
            : sides[i]!.reduce((sum, { other, offset, weight }) => sum + (top[other]! + offset) * weight, 0) /
              weights[i]!,
        ),
        weights.map((weight) => Math.max(weight, 0.01)),
      );
    }
  }
  const least = top.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return top.map((y) => y - least);
};
