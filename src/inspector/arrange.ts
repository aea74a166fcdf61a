/**
 * Where the boxes of a graph stand. Each open group is laid out for itself, and what it is laid out from is kept with
 * the result: so where something changes in one group, only that is laid out again. A group keeps its room when what is in
 * it changes, and that is drawn smaller where it needs more, so that nothing outside moves.
 */
import { packed } from "../cli/graph/layout/pack.ts";
import type { GraphBox, VisibleGraph } from "./visible.ts";

/** Where a box is: its upper left corner, and its size. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** How large it is drawn; 1: as it is. */
  readonly scale: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Kept {
  readonly key: string;
  readonly corners: readonly { readonly x: number; readonly y: number }[];
  readonly size: Size;
}

/** The room of an open group. */
interface Room extends Size {
  /** The open groups in it: who opens or closes one wants to see it whole. */
  readonly open: string;
}

/** Of a character of the label, and around it. */
const [letter, side, high] = [7.3, 40, 40];
/** Around what is in an open group, and above it for its label. */
const [edge, title] = [16, 26];
/** What is in a group is drawn no smaller than so; then it gets more room. */
const leastScale = 0.6;
/** More boxes than these in one group stand in rows: their links could not be told apart in any case. */
const mostLayered = 1_500;

const spacing = { column: 72, row: 18, lane: 8, turn: 24 } as const;

const ownSize = ({ label, kind, count }: GraphBox): Size => ({
  width: Math.ceil(
    Math.min(label.length, 32) * letter + side + (kind === "closed" ? String(count).length * letter + 12 : 0),
  ),
  height: high,
});

/** Boxes in rows, about as wide as high. */
const inRows = (sizes: readonly Size[]): Omit<Kept, "key"> => {
  const area = sizes.reduce(
    (sum, { width, height }) => sum + (width + spacing.row) * (height + spacing.row),
    0,
  );
  const room = Math.sqrt(area * 1.6);
  let [x, y, tall, wide] = [0, 0, 0, 0];
  const corners = sizes.map(({ width, height }) => {
    if (x > 0 && x + width > room) [x, y, tall] = [0, y + tall + spacing.row, 0];
    const corner = { x, y };
    x += width + spacing.row;
    [tall, wide] = [Math.max(tall, height), Math.max(wide, x)];
    return corner;
  });
  return { corners, size: { width: wide, height: y + tall } };
};

/** Lays out graphs, one after the other, each as far as it differs from the one before. */
export class NestedLayout {
  #kept = new Map<string, Kept>();
  #rooms = new Map<string, Room>();
  /** The groups that the last call laid out. */
  laidOut: readonly string[] = [];

  /** Of each box where it is. */
  arrange({ boxes, links }: VisibleGraph): readonly Rectangle[] {
    const inside = new Map<number, number[]>([[-1, []]]);
    for (const [at, { parent, kind }] of boxes.entries()) {
      inside.get(parent)!.push(at);
      if (kind === "open") inside.set(at, []);
    }
    const linksIn = this.#linksIn(boxes, links);
    const kept = new Map<string, Kept>();
    const laidOut: string[] = [];
    const rooms = new Map<string, Room>();
    const sizes: Size[] = boxes.map(ownSize);
    // Groups come after what is around them, so from the last on each knows the size of what is in it.
    for (const at of [...inside.keys()].sort((a, b) => b - a)) {
      const id = at < 0 ? "" : boxes[at]!.id;
      const children = inside.get(at)!;
      const known = this.#layOut(id, children, boxes, sizes, linksIn.get(at) ?? []);
      if (known !== this.#kept.get(id)) laidOut.push(id);
      kept.set(id, known);
      if (at < 0) continue;
      const open = children.flatMap((box) =>
        boxes[box]!.kind === "open" ? [boxes[box]!.id, rooms.get(boxes[box]!.id)!.open] : [],
      );
      const room = this.#roomOf(id, known.size, sizes[at]!.width, open.join(" "));
      rooms.set(id, room);
      sizes[at] = room;
    }
    this.#rooms = rooms;
    this.#kept = kept;
    this.laidOut = laidOut;
    return this.#placed(boxes, inside, sizes);
  }

  /** The room that it has, as long as what is in it fits without being much smaller. */
  #roomOf(id: string, { width, height }: Size, least: number, open: string): Room {
    const needed = { width: Math.max(width + 2 * edge, least), height: height + title + edge };
    const had = this.#rooms.get(id);
    const fits =
      had?.open === open &&
      needed.width * leastScale <= had.width &&
      needed.height * leastScale <= had.height;
    return fits ? had : { ...needed, open };
  }

  /** For each group the links between what is directly in it, each once. */
  #linksIn(
    boxes: readonly GraphBox[],
    links: VisibleGraph["links"],
  ): ReadonlyMap<number, readonly (readonly [number, number])[]> {
    const depth: number[] = [];
    for (const { parent } of boxes) depth.push(parent < 0 ? 0 : depth[parent]! + 1);
    const found = new Map<number, Map<string, readonly [number, number]>>();
    for (const { from, to } of links) {
      let [a, b] = [from, to];
      while (depth[a]! > depth[b]!) a = boxes[a]!.parent;
      while (depth[b]! > depth[a]!) b = boxes[b]!.parent;
      while (boxes[a]!.parent !== boxes[b]!.parent) [a, b] = [boxes[a]!.parent, boxes[b]!.parent];
      if (a === b) continue;
      const group = boxes[a]!.parent;
      const known = found.get(group) ?? new Map();
      found.set(group, known.set(`${a} ${b}`, [a, b]));
    }
    return new Map([...found].map(([group, all]) => [group, [...all.values()]]));
  }

  #layOut(
    id: string,
    children: readonly number[],
    boxes: readonly GraphBox[],
    sizes: readonly Size[],
    links: readonly (readonly [number, number])[],
  ): Kept {
    const local = new Map(children.map((box, index) => [box, index]));
    const own = links.map(([from, to]) => [local.get(from)!, local.get(to)!] as const);
    const key = JSON.stringify([
      children.map((box) => [boxes[box]!.id, sizes[box]!.width, sizes[box]!.height]),
      own,
    ]);
    const known = this.#kept.get(id);
    if (known?.key === key) return known;
    const ownSizes = children.map((box) => sizes[box]!);
    if (children.length > mostLayered) return { key, ...inRows(ownSizes) };
    const { corners, width, height } = packed(
      ownSizes,
      own.map(([from, to]) => ({
        from,
        to,
        fromY: ownSizes[from]!.height / 2,
        toY: ownSizes[to]!.height / 2,
      })),
      spacing,
    );
    return { key, corners, size: { width, height } };
  }

  #placed(
    boxes: readonly GraphBox[],
    inside: ReadonlyMap<number, readonly number[]>,
    sizes: readonly Size[],
  ): readonly Rectangle[] {
    const placed: Rectangle[] = [];
    const put = (group: number): void => {
      const around = group < 0 ? { x: 0, y: 0, scale: 1 } : placed[group]!;
      const [left, top] = group < 0 ? [0, 0] : [edge * around.scale, title * around.scale];
      const { corners, size } = this.#kept.get(group < 0 ? "" : boxes[group]!.id)!;
      const fit =
        group < 0
          ? 1
          : Math.min(
              1,
              (sizes[group]!.width - 2 * edge) / size.width,
              (sizes[group]!.height - title - edge) / size.height,
            );
      const scale = around.scale * fit;
      for (const [index, box] of inside.get(group)!.entries()) {
        const { x, y } = corners[index]!;
        const { width, height } = sizes[box]!;
        placed[box] = {
          ...{ x: around.x + left + x * scale, y: around.y + top + y * scale, scale },
          ...{ width: width * scale, height: height * scale },
        };
      }
    };
    put(-1);
    for (const [at, { kind }] of boxes.entries()) if (kind === "open") put(at);
    return placed;
  }
}
