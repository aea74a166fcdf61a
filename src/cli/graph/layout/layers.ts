/**
 * The first phases of a layered drawing (Sugiyama, Tagawa, Toda, 1981): which links run
 * against the stream, and which column each box stands in.
 */

export interface Link {
  readonly from: number;
  readonly to: number;
}

/** Links of a depth-first search that lead back to a box on the way, itself included. */
export const backLinks = (boxes: number, links: readonly Link[]): ReadonlySet<number> => {
  const out: number[][] = Array.from({ length: boxes }, () => []);
  const entered = new Array<number>(boxes).fill(0);
  links.forEach((link, index) => {
    out[link.from]!.push(index);
    if (link.from !== link.to) entered[link.to]!++;
  });
  const back = new Set<number>();
  const state = new Uint8Array(boxes);
  const visit = (root: number): void => {
    const path: { box: number; next: number }[] = [{ box: root, next: 0 }];
    state[root] = 1;
    while (path.length > 0) {
      const top = path.at(-1)!;
      const index = out[top.box]![top.next++];
      if (index === undefined) {
        state[top.box] = 2;
        path.pop();
        continue;
      }
      const to = links[index]!.to;
      if (state[to] === 1) back.add(index);
      else if (state[to] === 0) {
        state[to] = 1;
        path.push({ box: to, next: 0 });
      }
    }
  };
  // From where nothing leads first, so that a stream with a source keeps its direction.
  for (let box = 0; box < boxes; box++) if (entered[box] === 0 && state[box] === 0) visit(box);
  for (let box = 0; box < boxes; box++) if (state[box] === 0) visit(box);
  return back;
};

const topological = (boxes: number, links: readonly Link[]): readonly number[] => {
  const waiting = new Array<number>(boxes).fill(0);
  const out: number[][] = Array.from({ length: boxes }, () => []);
  for (const { from, to } of links) {
    waiting[to]!++;
    out[from]!.push(to);
  }
  const order: number[] = [];
  for (let box = 0; box < boxes; box++) if (waiting[box] === 0) order.push(box);
  for (let at = 0; at < order.length; at++)
    for (const to of out[order[at]!]!) if (--waiting[to]! === 0) order.push(to);
  return order;
};

/** The column of each box, from 0: right of all that leads to it, and links as short as may be. */
export const layersOf = (boxes: number, forward: readonly Link[]): readonly number[] => {
  const order = topological(boxes, forward);
  const layer = new Array<number>(boxes).fill(0);
  const into: number[][] = Array.from({ length: boxes }, () => []);
  const out: number[][] = Array.from({ length: boxes }, () => []);
  for (const { from, to } of forward) {
    into[to]!.push(from);
    out[from]!.push(to);
  }
  for (const box of order) for (const to of out[box]!) layer[to] = Math.max(layer[to]!, layer[box]! + 1);
  // A box that more leads from than to stands next to what it leads to.
  for (const box of order.toReversed())
    if (out[box]!.length > into[box]!.length) layer[box] = Math.min(...out[box]!.map((to) => layer[to]!)) - 1;
  return layer;
};
