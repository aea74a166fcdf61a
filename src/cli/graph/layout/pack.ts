/** Parts of a drawing that do not hang together, laid out one by one and put side by side. */
import { type Box, type Layout, layout, type Point, type PortLink, type Spacing } from "./layout.ts";

/** The boxes of each connected part, in the order of their first boxes. */
const parts = (boxes: number, links: readonly PortLink[]): readonly (readonly number[])[] => {
  const parent = Array.from({ length: boxes }, (_, box) => box);
  const root = (box: number): number => {
    let at = box;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  for (const { from, to } of links) parent[root(from)] = root(to);
  const groups = new Map<number, number[]>();
  for (let box = 0; box < boxes; box++) {
    const at = root(box);
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [box]);
    else group.push(box);
  }
  return [...groups.values()];
};

/** Like `layout`; parts without links to each other stand in rows, the largest first. */
export const packed = (boxes: readonly Box[], links: readonly PortLink[], spacing: Spacing): Layout => {
  const drawn = parts(boxes.length, links).map((members) => {
    const local = new Map(members.map((box, index) => [box, index] as const));
    const own = links.flatMap((link, index) => (local.has(link.from) ? [{ link, index }] : []));
    const drawing = layout(
      members.map((box) => boxes[box]!),
      own.map(({ link }) => ({ ...link, from: local.get(link.from)!, to: local.get(link.to)! })),
      spacing,
    );
    return { members, links: own.map(({ index }) => index), drawing };
  });
  drawn.sort((a, b) => b.members.length - a.members.length);
  const area = drawn.reduce(
    (sum, { drawing }) => sum + (drawing.width + spacing.row) * (drawing.height + spacing.row),
    0,
  );
  const room = Math.max(0, ...drawn.map(({ drawing }) => drawing.width), Math.sqrt(area * 1.6));
  const corners: Point[] = [];
  const routes: (readonly Point[])[] = [];
  let [x, y, tall, width] = [0, 0, 0, 0];
  for (const { members, links: own, drawing } of drawn) {
    if (x > 0 && x + drawing.width > room) {
      [x, y, tall] = [0, y + tall + 2 * spacing.row, 0];
    }
    const shift = (point: Point): Point => ({ x: point.x + x, y: point.y + y });
    members.forEach((box, index) => {
      corners[box] = shift(drawing.corners[index]!);
    });
    own.forEach((link, index) => {
      routes[link] = drawing.routes[index]!.map(shift);
    });
    tall = Math.max(tall, drawing.height);
    width = Math.max(width, x + drawing.width);
    x += drawing.width + 2 * spacing.row;
  }
  return { width, height: y + tall, corners, routes };
};
