import test from "ava";
import fc from "fast-check";
import { backLinks, layersOf } from "../../../src/cli/graph/layout/layers.ts";
import type { Layout, Point, PortLink } from "../../../src/cli/graph/layout/layout.ts";
import { crossings, ordered, type Segment } from "../../../src/cli/graph/layout/order.ts";
import { packed } from "../../../src/cli/graph/layout/pack.ts";

const spacing = { column: 80, row: 20, lane: 10, turn: 30 };
const box = { width: 100, height: 50 };
const link = (from: number, to: number): PortLink => ({ from, to, fromY: 25, toY: 25 });

const graph = fc.nat(14).chain((last) =>
  fc.record({
    boxes: fc.constant(last + 1),
    links: fc.array(fc.tuple(fc.nat(last), fc.nat(last)), { maxLength: 30 }),
  }),
);

test("what is left without the back links has no cycle, and every link then leads right", (t) => {
  let forwards = 0;
  fc.assert(
    fc.property(graph, ({ boxes, links }) => {
      const all = links.map(([from, to]) => ({ from, to }));
      const back = backLinks(boxes, all);
      const forward = all.filter((_, index) => !back.has(index));
      forwards += forward.length;
      const layer = layersOf(boxes, forward);
      return forward.every(({ from, to }) => layer[from]! < layer[to]!) && layer.every((at) => at >= 0);
    }),
  );
  t.true(forwards > 100);
});

test("without a cycle there is no back link", (t) => {
  t.is(backLinks(3, [link(0, 1), link(0, 2), link(1, 2)]).size, 0);
  t.deepEqual([...backLinks(3, [link(0, 1), link(1, 2), link(2, 0), link(1, 1)])], [2, 3]);
});

const near = (point: Point, x: number, y: number): boolean => Math.hypot(point.x - x, point.y - y) < 0.001;

const overlaps = ({ corners }: Layout): boolean =>
  corners.some((a, i) =>
    corners.some(
      (b, j) => i < j && Math.abs(a.x - b.x) < box.width - 0.001 && Math.abs(a.y - b.y) < box.height - 0.001,
    ),
  );

test("no two boxes overlap, all is inside, and each link ends at its ports", (t) => {
  let drawn = 0;
  fc.assert(
    fc.property(graph, ({ boxes, links }) => {
      const all = links.map(([from, to]) => link(from, to));
      const drawing = packed(new Array(boxes).fill(box), all, spacing);
      drawn++;
      const inside = [...drawing.corners, ...drawing.routes.flat()].every(
        ({ x, y }) => x >= -0.001 && y >= -0.001 && x <= drawing.width + 0.001 && y <= drawing.height + 0.001,
      );
      const joined = all.every(({ from, to }, index) => {
        const [start, end] = [drawing.routes[index]![0]!, drawing.routes[index]!.at(-1)!];
        const [a, b] = [drawing.corners[from]!, drawing.corners[to]!];
        return near(start, a.x + 100, a.y + 25) && near(end, b.x, b.y + 25);
      });
      return !overlaps(drawing) && inside && joined;
    }),
  );
  t.true(drawn > 0);
});

const segment = (from: number, to: number): Segment => ({ from, to, fromY: 0, toY: 0 });

test("crossings are counted, and a tangled ladder is disentangled", (t) => {
  const gap = [segment(0, 5), segment(1, 4), segment(2, 3)];
  t.is(crossings(gap, [0, 1, 2, 0, 1, 2]), 3);
  const [left, right] = ordered(
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    [gap],
  );
  const place: number[] = [];
  for (const column of [left!, right!])
    column.forEach((each, index) => {
      place[each] = index;
    });
  t.is(crossings(gap, place), 0);
});

test("a chain is drawn level", (t) => {
  const { corners } = packed([box, box, box], [link(0, 1), link(1, 2)], spacing);
  t.deepEqual(
    corners.map(({ y }) => y),
    [0, 0, 0],
  );
  t.deepEqual(
    corners.map(({ x }) => x),
    [0, 180, 360],
  );
});

test("nothing is drawn of nothing", (t) => {
  t.deepEqual(packed([], [], spacing), { width: 0, height: 0, corners: [], routes: [] });
});
