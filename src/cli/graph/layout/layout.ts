/** A drawing of boxes in columns, left to right, with links between their ports. */
import { backLinks, type Link, layersOf } from "./layers.ts";
import { ordered, type Segment } from "./order.ts";
import { tops } from "./position.ts";

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** From a port on the right side of a box to one on the left side of another. */
export interface PortLink extends Link {
  /** How far below the top of its box each end is. */
  readonly fromY: number;
  readonly toY: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The upper left corner of each box. */
  readonly corners: readonly Point[];
  /** Of each link the points it passes, both ends included. */
  readonly routes: readonly (readonly Point[])[];
}

export interface Spacing {
  readonly column: number;
  readonly row: number;
  /** Between links that run side by side. */
  readonly lane: number;
  /** How far beyond its ends a link reaches that leads against the stream. */
  readonly turn: number;
}

/** Splits each link at the columns that it passes. Boxes from `boxes.length` on are those bends. */
const bends = (boxes: readonly Box[], links: readonly PortLink[]) => {
  const back = backLinks(boxes.length, links);
  const layer = [
    ...layersOf(
      boxes.length,
      links.filter((_, index) => !back.has(index)),
    ),
  ];
  const segments: (Segment & { readonly column: number })[] = [];
  const chains = links.map((link, index) => {
    const against = back.has(index);
    // A link against the stream has a lane of its own beside the boxes of its ends, too.
    const first = against ? layer[link.to]! : layer[link.from]! + 1;
    const last = against ? layer[link.from]! : layer[link.to]! - 1;
    const chain: number[] = [];
    for (let column = first; column <= last; column++) {
      chain.push(layer.length);
      layer.push(column);
    }
    const stops = against
      ? chain.map((box) => ({ box, y: 0 }))
      : [
          { box: link.from, y: link.fromY },
          ...chain.map((box) => ({ box, y: 0 })),
          { box: link.to, y: link.toY },
        ];
    for (let i = 0; i + 1 < stops.length; i++)
      segments.push({
        from: stops[i]!.box,
        fromY: stops[i]!.y,
        to: stops[i + 1]!.box,
        toY: stops[i + 1]!.y,
        column: layer[stops[i]!.box]!,
      });
    return { chain, against };
  });
  return { layer, segments, chains };
};

/** At least 0. Of any number of values, which a call's arguments could not be. */
const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** Lays out boxes that all hang together, or not. */
export const layout = (boxes: readonly Box[], links: readonly PortLink[], spacing: Spacing): Layout => {
  if (boxes.length === 0) return { width: 0, height: 0, corners: [], routes: [] };
  const { layer, segments, chains } = bends(boxes, links);
  const count = largest(layer) + 1;
  const columns: number[][] = Array.from({ length: count }, () => []);
  layer.forEach((column, box) => {
    columns[column]!.push(box);
  });
  const gaps: Segment[][] = Array.from({ length: Math.max(0, count - 1) }, () => []);
  for (const segment of segments) gaps[segment.column]!.push(segment);
  const best = ordered(columns, gaps);
  const bend = (box: number): boolean => box >= boxes.length;
  const top = tops(layer.length, best, gaps, {
    height: (box) => (bend(box) ? 0 : boxes[box]!.height),
    bend,
    gap: (above, below) =>
      bend(above) && bend(below)
        ? spacing.lane
        : bend(above) || bend(below)
          ? (spacing.lane + spacing.row) / 2
          : spacing.row,
  });
  const widths = best.map((column) => largest(column.filter((b) => !bend(b)).map((b) => boxes[b]!.width)));
  const lefts: number[] = [];
  const turning = links.filter((_, index) => chains[index]!.against);
  const first = turning.some(({ to }) => layer[to] === 0) ? spacing.turn : 0;
  const last = turning.some(({ from }) => layer[from] === count - 1) ? spacing.turn : 0;
  widths.forEach((_, i) => {
    lefts.push(i === 0 ? first : lefts[i - 1]! + widths[i - 1]! + spacing.column);
  });
  const corners = boxes.map((_, box) => ({ x: lefts[layer[box]!]!, y: top[box]! }));
  const routes = links.map((link, index) => {
    const { chain, against } = chains[index]!;
    const start = {
      x: corners[link.from]!.x + boxes[link.from]!.width,
      y: corners[link.from]!.y + link.fromY,
    };
    const end = { x: corners[link.to]!.x, y: corners[link.to]!.y + link.toY };
    const along = chain.flatMap((box) => {
      const x = lefts[layer[box]!]!;
      return [
        { x, y: top[box]! },
        { x: x + widths[layer[box]!]!, y: top[box]! },
      ];
    });
    return [start, ...(against ? along.reverse() : along), end];
  });
  const bottoms = layer.map((_, box) => top[box]! + (bend(box) ? 0 : boxes[box]!.height));
  return { width: lefts.at(-1)! + widths.at(-1)! + last, height: largest(bottoms), corners, routes };
};
