/** The graph: how the text groups it, what is seen of it, and where that stands. */
import test from "ava";
import fc from "fast-check";
import { NestedLayout, type Rectangle } from "../../src/inspector/arrange.ts";
import { type GroupedName, type Groups, groupsOf, noGroups } from "../../src/inspector/grouping.ts";
import { groupedNames } from "../../src/inspector/text-groups.ts";
import { openedAtFirst, type VisibleGraph, visibleGraph } from "../../src/inspector/visible.ts";
import { Program } from "../../src/program/program.ts";

const said = (name: string, ...path: readonly string[]): GroupedName => ({
  name,
  steps: path.map((key, rank) => ({ key, label: key, rank })),
});

/** Each group by its label, with the labels of what is around it, and the automata directly in it. */
const shown = ({ groups, of }: Groups): readonly string[] =>
  groups.map(({ label, parent }, at) => {
    const names = Object.keys(of).filter((name) => of[name] === at);
    return `${parent < 0 ? "" : `${groups[parent]!.label} > `}${label}: ${names.join(" ")}`;
  });

test("levels that say nothing are left out", (t) => {
  const groups = groupsOf([
    said("a", "s", "l", "x"),
    said("b", "s", "l", "x"),
    said("c", "s", "l"),
    said("d", "s", "f"),
  ]);
  t.deepEqual(shown(groups), ["l: c", "l > x: a b"]);
  t.deepEqual(groupsOf([said("a", "s"), said("b", "s")]), noGroups);
  t.deepEqual(
    shown(groupsOf([said("a", "p", "q"), said("b", "p", "q"), said("c")])),
    ["q: a b"],
    "the innermost names it",
  );
});

test("lists, comprehensions, functions and names of the text are groups", (t) => {
  const text = `
protocol P = ?Bytes . !Bytes
automaton one { provides p: P on tcp 1 }
let cell(i) = [automaton "a\${i}" {}, automaton "b\${i}" {}]
let many = [cell(i) for i in ["x", "y"]]
let few = [automaton "c" {}, automaton "d" {}]
system s = [one, many, few]
`;
  const program = new Program({
    file: "s.arch",
    text,
    resolveImport: () => ({ _tag: "Missing", file: "", reason: "" }) as never,
  });
  program.start();
  t.deepEqual(program.diagnostics, []);
  t.deepEqual(
    [...shown(groupsOf(groupedNames(program)))].sort(),
    ["many: ", 'many > cell(…), i = "x": ax bx', 'many > cell(…), i = "y": ay by', "few: c d"].sort(),
  );
});

const names = ["a1", "a2", "b1", "b2", "c"];
const groups = groupsOf([
  said("a1", "s", "g", "a"),
  said("a2", "s", "g", "a"),
  said("b1", "s", "g", "b"),
  said("b2", "s", "g", "b"),
  said("c", "s"),
]);
const wires = [
  { from: "a1.r", to: "a2.p", kind: "request" },
  { from: "a1.r", to: "b1.p", kind: "message" },
  { from: "a2.r", to: "b2.p", kind: "request" },
  { from: "c.r", to: "a1.p", kind: "request" },
] as const;

const ids = (open: readonly string[]): ReadonlySet<string> =>
  new Set(groups.groups.filter(({ label }) => open.includes(label)).map(({ id }) => id));

const boxes = ({ boxes: all, links }: VisibleGraph) => ({
  boxes: all.map(
    ({ label, kind, count, parent }) =>
      `${parent < 0 ? "" : `${all[parent]!.label}>`}${label} ${kind} ${count}`,
  ),
  links: links.map(
    ({ from, to, count, isMessage }) =>
      `${all[from]!.label} ${isMessage ? "->" : "=>"} ${all[to]!.label} ${count}`,
  ),
});

test("a closed group stands for what is in it, and for its wires", (t) => {
  t.deepEqual(boxes(visibleGraph(names, wires, groups, new Set())), {
    boxes: ["g closed 4", "c automaton 1"],
    links: ["c => g 1"],
  });
  const open = boxes(visibleGraph(names, wires, groups, ids(["g", "a"])));
  t.deepEqual(
    new Set(open.boxes),
    new Set([
      "g open 4",
      "g>a open 2",
      "g>b closed 2",
      "a>a1 automaton 1",
      "a>a2 automaton 1",
      "c automaton 1",
    ]),
  );
  t.deepEqual(open.links, ["a1 => a2 1", "a1 -> b 1", "a2 => b 1", "c => a1 1"]);
});

test("at first as much is open as can be seen at once", (t) => {
  const opened = (most: number): string =>
    groups.groups
      .filter(({ id }) => openedAtFirst(names, groups, most).has(id))
      .map(({ label }) => label)
      .sort()
      .join(" ");
  t.deepEqual([opened(2), opened(4), opened(6), opened(200)], ["", "g", opened(6), "a b g"]);
  t.is(opened(6).length, 3, "one of both");
});

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const contains = (a: Rectangle, b: Rectangle): boolean =>
  a.x <= b.x &&
  a.y <= b.y &&
  a.x + a.width >= b.x + b.width - 1e-6 &&
  a.y + a.height >= b.y + b.height - 1e-6;

test("boxes lie in what is around them, and never on each other", (t) => {
  const path = fc.array(fc.constantFrom("p", "q", "r"), { maxLength: 3 });
  fc.assert(
    fc.property(
      fc.array(path, { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(11), fc.nat(11))),
      (paths, pairs) => {
        const own = paths.map((_, i) => `n${i}`);
        const made = groupsOf(paths.map((each, i) => said(`n${i}`, ...each)));
        const wired = pairs.map(([a, b]) => ({ from: `n${a}.r`, to: `n${b}.p`, kind: "request" as const }));
        const graph = visibleGraph(own, wired, made, openedAtFirst(own, made, 10));
        const placed = new NestedLayout().arrange(graph);
        t.is(placed.length, graph.boxes.length);
        for (const [i, { parent }] of graph.boxes.entries()) {
          if (parent >= 0) t.true(contains(placed[parent]!, placed[i]!));
          for (let j = 0; j < i; j++)
            if (graph.boxes[j]!.parent === parent) t.false(overlap(placed[i]!, placed[j]!));
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("only the touched group is laid out again, and nothing outside it moves", (t) => {
  const arranger = new NestedLayout();
  const open = ids(["g", "a", "b"]);
  const draw = (of: readonly string[], more: typeof groups = groups) => {
    const graph = visibleGraph(of, wires, more, open);
    const placed = arranger.arrange(graph);
    return new Map(graph.boxes.map(({ id }, i) => [id, placed[i]!]));
  };
  const first = draw(names);
  t.deepEqual(draw(names), first);
  t.deepEqual(arranger.laidOut, []);
  const b = groups.groups.findIndex(({ label }) => label === "b");
  const moved = draw([...names, "b3"], { ...groups, of: { ...groups.of, b3: b } });
  t.deepEqual(arranger.laidOut, [groups.groups[b]!.id]);
  for (const [id, rectangle] of first) if (!id.startsWith("b")) t.deepEqual(moved.get(id), rectangle, id);
});
