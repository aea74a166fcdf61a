import test from "ava";
import fc from "fast-check";
import { Graph } from "../../src/core/incremental.ts";
import { Cell, type Computed, check } from "../../src/core/node.ts";

test("a change runs its readers and nothing else", (t) => {
  const graph = new Graph();
  const [a, b] = [new Cell(1), new Cell(2)];
  const ran: string[] = [];
  const note = (name: string, value: number): number => {
    ran.push(name);
    return value;
  };
  const double = graph.computed((read) => note("double", read(a) * 2));
  const other = graph.computed((read) => note("other", read(b)));
  const sum = graph.computed((read) => note("sum", read(double) + read(other)));
  graph.stabilize();
  ran.length = 0;
  graph.set(a, 5);
  t.deepEqual(graph.stabilize(), { recomputed: 2, cutOff: 0 });
  t.deepEqual(ran, ["double", "sum"]);
  t.is(graph.peek(sum), 12);
});

test("an equal result stops the way up", (t) => {
  const graph = new Graph();
  const a = new Cell(1);
  const sign = graph.computed((read) => Math.sign(read(a)));
  const top = graph.computed((read) => read(sign));
  graph.stabilize();
  graph.set(a, 7);
  t.deepEqual(graph.stabilize(), { recomputed: 1, cutOff: 1 });
  t.is(graph.peek(top), 1);
});

test("A to B to A in one batch does nothing", (t) => {
  const graph = new Graph();
  const a = new Cell(1);
  graph.computed((read) => read(a));
  graph.stabilize();
  graph.set(a, 2);
  graph.set(a, 1);
  t.deepEqual(graph.stabilize(), { recomputed: 0, cutOff: 0 });
  graph.set(a, 2);
  t.deepEqual(graph.stabilize(), { recomputed: 1, cutOff: 0 });
});

test("what is set is seen by who asks before all is brought up to date", (t) => {
  const graph = new Graph();
  const a = new Cell(1);
  const double = graph.computed((read) => 2 * read(a));
  graph.stabilize();
  graph.set(a, 2);
  t.is(graph.peek(double), 4);
  graph.set(a, 1);
  t.is(graph.peek(double), 2);
  t.deepEqual(graph.stabilize(), { recomputed: 0, cutOff: 0 });
});

test("a throwing node, repaired, leaves no trace", (t) => {
  const graph = new Graph();
  const a = new Cell(1);
  const strict = graph.computed((read) => {
    if (read(a) < 0) throw new Error("negative");
    return read(a);
  });
  const top = graph.computed((read) => read(strict) + 1);
  graph.stabilize();
  graph.set(a, -1);
  t.throws(() => graph.stabilize(), { message: "negative" });
  t.is(top.value, 2);
  graph.set(a, 3);
  graph.stabilize();
  t.is(graph.peek(top), 4);
  check([strict, top]);
});

test("a node that nothing reads any more is let go, and is not if it is read again at once", (t) => {
  const graph = new Graph();
  const which = new Cell("x");
  const gone: string[] = [];
  const node = (name: string): Computed<string> =>
    graph.computed(() => name, { orphaned: () => void gone.push(name) });
  const [x, y] = [node("x"), node("y")];
  graph.computed((read) => (read(which) === "x" ? read(x) : read(y)));
  graph.stabilize();
  graph.set(which, "y");
  graph.stabilize();
  t.deepEqual(gone, ["x"]);
});

test("a node that reads ahead of its turn runs again if what it read was not up to date", (t) => {
  const graph = new Graph();
  const [cell, ahead] = [new Cell(1), new Cell(false)];
  const low = graph.computed((read) => read(cell), { height: 5 });
  const middle = graph.computed((read) => read(low), { height: 6 });
  // The first that the cell triggers: it brings those below up to date.
  const high = graph.computed((read) => read(cell) + read(low) + read(middle), { height: 7 });
  const top = graph.computed((read): readonly number[] => (read(ahead) ? [read(middle), read(high)] : []));
  graph.stabilize();
  graph.set(ahead, true);
  graph.set(cell, 2);
  graph.stabilize();
  t.deepEqual(graph.peek(top), [2, 6]);
  check([low, middle, high, top]);
});

test("a node that reads ahead of its turn runs again if a cell it read is set by another that it reads", (t) => {
  const graph = new Graph();
  const [cell, ahead, face] = [new Cell(1), new Cell(false), new Cell(1)];
  const low = graph.computed((read) => read(cell), { height: 5 });
  const middle = graph.computed(
    (read) => {
      graph.set(face, read(low));
      return "the same";
    },
    { height: 6 },
  );
  const high = graph.computed((read) => `${read(cell)} ${read(low)} ${read(middle)}`, { height: 7 });
  const top = graph.computed((read) => (read(ahead) ? [read(middle), read(face), read(high)] : []));
  graph.stabilize();
  graph.set(ahead, true);
  graph.set(cell, 2);
  graph.stabilize();
  t.deepEqual(graph.peek(top), ["the same", 2, "2 2 the same"]);
  check([low, middle, high, top]);
});

test("a chain of 100,000 nodes follows its cell without overflow", (t) => {
  const graph = new Graph();
  const cell = new Cell(0);
  let last = graph.computed((read) => read(cell));
  for (let i = 1; i < 100_000; i++) {
    const before = last;
    last = graph.computed((read) => read(before) + 1, { height: i });
  }
  graph.stabilize();
  graph.set(cell, 5);
  t.is(graph.stabilize().recomputed, 100_000);
  t.is(graph.peek(last), 5 + 99_999);
});

test("random dynamic graphs agree with computing from scratch", (t) => {
  const nodeOf = fc.record({
    picks: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
    modulo: fc.integer({ min: 2, max: 5 }),
  });
  fc.assert(
    fc.property(
      fc.array(nodeOf, { minLength: 1, maxLength: 30 }),
      fc.array(fc.array(fc.tuple(fc.nat(3), fc.nat(9)), { maxLength: 4 }), { maxLength: 10 }),
      (specs, batches) => {
        const graph = new Graph();
        const cells = [0, 1, 2, 3].map((value) => new Cell(value));
        const nodes: Computed<number>[] = [];
        // What was read decides what is read next: edges come and go.
        const evaluate = (index: number, of: (source: number) => number): number => {
          const { picks, modulo } = specs[index]!;
          const sources = picks.map((pick) => pick % (4 + index));
          let sum = 1;
          for (let i = 0; i < sources.length; i++) sum += of(sources[(sum * i) % sources.length]!);
          return sum % modulo;
        };
        specs.forEach((_, index) => {
          nodes.push(
            graph.computed((read) => evaluate(index, (s) => read(s < 4 ? cells[s]! : nodes[s - 4]!))),
          );
        });
        const scratch = (): number[] => {
          const values = cells.map((cell) => cell.value);
          specs.forEach((_, index) => void values.push(evaluate(index, (s) => values[s]!)));
          return values.slice(4);
        };
        for (const batch of [[], ...batches]) {
          for (const [cell, value] of batch) graph.set(cells[cell]!, value);
          graph.stabilize();
          t.deepEqual(
            nodes.map((node) => node.value),
            scratch(),
          );
          check(nodes);
        }
      },
    ),
    { numRuns: 300 },
  );
});

/** As definitions of a text that is edited: who reads whom is another matter each time, and at no time a circle. */
const turned = fc.record({
  /** In each text: of each node its rank, and whom of those below it would read. */
  texts: fc.array(
    fc.array(fc.record({ rank: fc.nat(999), picks: fc.array(fc.nat(), { maxLength: 3 }) }), {
      minLength: 24,
      maxLength: 24,
    }),
    { minLength: 2, maxLength: 4 },
  ),
  /** Nodes that say the same in all texts, where they can. */
  steady: fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
  edits: fc.array(fc.record({ text: fc.nat(3), cell: fc.nat(5) }), { minLength: 1, maxLength: 12 }),
});

test("edges may turn round, by way of nodes that stay as they are", (t) => {
  fc.assert(
    fc.property(turned, ({ texts, steady, edits }) => {
      const graph = new Graph();
      const cell = new Cell(1);
      const isBelow = (text: (typeof texts)[number], a: number, b: number): boolean =>
        text[a]!.rank < text[b]!.rank || (text[a]!.rank === text[b]!.rank && a < b);
      const readsIn = texts.map((text) =>
        text.map(({ picks }, index) => {
          const [first] = texts;
          const own = steady[index]! ? first![index]!.picks : picks;
          const where = steady[index]! ? texts : [text];
          return [...new Set(own.map((pick) => pick % text.length))].filter((other) =>
            where.every((each) => isBelow(each, other, index)),
          );
        }),
      );
      let now = 0;
      const value = (index: number, of: (other: number) => number, plus: number): number =>
        readsIn[now]![index]!.reduce((sum, other) => 3 * sum + of(other), index + plus) % 7;
      const own = (index: number, of: () => number): number => (index % 4 === 0 ? of() : 0);
      const nodes: Computed<number>[] = steady.map((_, index) =>
        graph.computed((read) =>
          value(
            index,
            (other) => read(nodes[other]!),
            own(index, () => read(cell)),
          ),
        ),
      );
      const scratch = (index: number): number =>
        value(
          index,
          scratch,
          own(index, () => cell.value),
        );
      graph.stabilize();
      for (const { text, cell: set } of edits) {
        const next = text % texts.length;
        for (const [index, node] of nodes.entries())
          if (readsIn[now]![index]!.join() !== readsIn[next]![index]!.join()) graph.invalidate(node);
        now = next;
        graph.set(cell, set);
        graph.stabilize();
        t.deepEqual(
          nodes.map((node) => node.value),
          nodes.map((_, index) => scratch(index)),
        );
        check(nodes);
      }
    }),
    { numRuns: 10_000 },
  );
});

test("a node that sets a cell while it runs, and reads what follows, stands above it", (t) => {
  const graph = new Graph();
  const [base, deep, again] = [new Cell(1), new Cell(false), new Cell(0)];
  let last = graph.computed((read) => read(base));
  for (let i = 0; i < 5; i++) {
    const before = last;
    last = graph.computed((read) => read(before) + 1);
  }
  const top = last;
  const low = graph.computed((read) => (read(deep) ? read(top) : 0));
  const setting = graph.computed((read) => {
    const before = read(low);
    if (read(again) === 0) return before;
    // Now `low` reads the whole chain, and so grows above this node.
    graph.set(deep, true);
    return read(low);
  });
  const above = graph.computed((read) => read(setting) + 1);
  graph.stabilize();
  t.deepEqual([graph.peek(setting), graph.peek(above)], [0, 1]);
  graph.set(again, 1);
  graph.stabilize();
  check([low, setting, above]);
  t.deepEqual([graph.peek(setting), graph.peek(above)], [6, 7]);
  graph.set(base, 11);
  const { recomputed } = graph.stabilize();
  t.deepEqual([graph.peek(setting), graph.peek(above)], [16, 17]);
  t.is(recomputed, 6 + 3, "each once, from below");
  check([low, setting, above]);
});
