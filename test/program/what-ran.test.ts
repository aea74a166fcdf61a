/** Not only what comes out, but what was done for it. */

import test from "ava";
import { observedCell } from "../../src/core/cell-key.ts";
import { isLeaf, type SeqNode } from "../../src/core/seq-node.ts";
import { openProgram, type Update } from "../../src/library.ts";
import { Program } from "../../src/program/program.ts";

const automaton = (i: number, more = ""): string =>
  `automaton a${i} {\n  provides p: P on tcp ${1000 + i}\n  ${i > 0 ? "requires up: P" : ""}\n  ${more}\n}`;

const sample = (size: number): string[] => {
  const all = [
    "protocol P = mu t. &{ get: ?String . !Bytes . t, quit: end }",
    'let region = input("region", "local")',
  ];
  for (let i = 0; i < size; i++) all.push(automaton(i, i === 3 ? 'env { REGION = "${region}" }' : ""));
  const wires = Array.from({ length: size - 1 }, (_, i) => `  a${i + 1}(up = a${i}),`);
  all.push(`system s = [\n  a0,\n${wires.join("\n")}\n]`);
  return all;
};

const join = (declarations: readonly string[]): string => `${declarations.join("\n")}\n`;

const size = 500;
const base = sample(size);

const open = () => {
  const program = openProgram({ file: "v.arch", text: join(base) });
  const edit = (change: (all: string[]) => void): Update => {
    const all = [...base];
    change(all);
    return program.update(join(all));
  };
  return { program, edit };
};

/** Algebras and nodes: a path of the tree and the changed member. */
const aPath = Math.ceil((8 * Math.log(size)) / Math.log(16)) + 1;

const folds = ({ stats }: Update): Record<string, number> =>
  Object.fromEntries(Object.entries(stats.passes).map(([pass, { folded }]) => [pass, folded]));

const mostFolded = (update: Update): number => Math.max(...Object.values(folds(update)));

test("editing a comment evaluates nothing and folds nothing", (t) => {
  const { edit } = open();
  const update = edit((all) => {
    all[10] = `-- a note\n${all[10]}`;
  });
  t.is(update.stats.evaluated, 0);
  t.true(update.stats.parsed <= 2, `${update.stats.parsed} parsed`);
  t.deepEqual(
    Object.values(folds(update)).filter((n) => n > 0),
    [],
  );
  t.deepEqual(update.operations, []);
});

test("editing white space evaluates nothing and folds nothing", (t) => {
  const { edit } = open();
  const update = edit((all) => {
    all[7] = all[7]!.replace("\n", "\n\n   ");
  });
  t.is(update.stats.evaluated, 0);
  t.is(mostFolded(update), 0);
});

test("scaling one automaton folds its path and nothing else", (t) => {
  const { edit } = open();
  const update = edit((all) => {
    all[102] = automaton(100, "instances 2");
  });
  t.is(update.stats.evaluated, 1);
  t.true(mostFolded(update) <= aPath, JSON.stringify(folds(update)));
  t.deepEqual(
    update.operations.map(({ op, id }) => `${op} ${id}`),
    ["create instance/a100/1", "update service/a100.p"],
  );
});

test("an edit that comes to the same value stops where it was made", (t) => {
  const { edit } = open();
  const update = edit((all) => {
    all[1] = 'let region = input("region", "loc" + "al")';
  });
  // `+` on strings is no business of numbers: whatever it says, nothing may follow.
  t.true(update.operations.length === 0);
  t.true(update.stats.evaluated <= 2);
});

test("a cell read by one automaton folds that one", (t) => {
  const { program } = open();
  const update = program.set("region", "eu");
  t.true(update.stats.evaluated <= 2, `${update.stats.evaluated} evaluated`);
  t.true(mostFolded(update) <= aPath, JSON.stringify(folds(update)));
});

test("A to B to A in one batch does nothing", (t) => {
  const text = join([
    "automaton a { instances clamp(ceil(self.connections / 10), 1, 9) }",
    "automaton b {}",
    "system s = [a, b]",
  ]);
  const program = new Program({ file: "v.arch", text });
  program.start();
  const cell = observedCell("a", "connections");
  t.is(program.observe([[cell, 30]]).operations.length, 2);
  const { stats, operations } = program.observe([
    [cell, 50],
    [cell, 30],
  ]);
  t.deepEqual([operations.length, Object.keys(stats.passes).length], [0, 0]);
  t.is(program.observe([[cell, 10]]).operations.length, 2);
});

test("a body that many are wired to is evaluated once, where it is written", (t) => {
  const text = join([
    "protocol P = ?Int . !Int",
    "automaton hub { provides p: P on tcp 1 instances 1 }",
    ...Array.from({ length: 300 }, (_, i) => `automaton c${i} { requires up: P }`),
    `system s = [\n${Array.from({ length: 300 }, (_, i) => `  c${i} => hub,`).join("\n")}\n]`,
  ]);
  const program = openProgram({ file: "h.arch", text });
  const update = program.update(text.replace("instances 1", "instances 2"));
  t.is(update.stats.evaluated, 1);
  t.true(mostFolded(update) <= aPath, JSON.stringify(folds(update)));
  t.is(update.operations.length, 2);
});

test("there and back does nothing in the end", (t) => {
  const { program, edit } = open();
  const before = program.desired();
  edit((all) => {
    all[50] = automaton(48, "instances 3");
  });
  edit(() => {});
  t.deepEqual(program.desired(), before);
  t.deepEqual(edit(() => {}).operations, []);
});

test("the same text again does nothing at all", (t) => {
  const { program } = open();
  const { stats, operations } = program.update(join(base));
  t.deepEqual([stats.parsed, stats.evaluated, operations.length], [0, 0, 0]);
});

test("moving a declaration changes no resource and folds nothing", (t) => {
  const { edit } = open();
  const update = edit((all) => {
    const [moved] = all.splice(20, 1);
    all.splice(300, 0, moved!);
  });
  t.deepEqual(update.operations, []);
  t.is(mostFolded(update), 0);
});

test("adding an automaton renumbers no other", (t) => {
  const { program, edit } = open();
  const before = program.desired();
  const update = edit((all) => {
    all.splice(5, 0, "automaton newcomer { instances 2 }");
    all[all.length - 1] = all.at(-1)!.replace("a0,", "a0, newcomer,");
  });
  t.true(update.operations.every(({ op, id }) => op === "create" && id.includes("newcomer")));
  for (const [key, resource] of Object.entries(before)) t.deepEqual(program.desired()[key], resource);
});

test("an error changes nothing, and what is mended goes on from before", (t) => {
  const { program, edit } = open();
  const before = program.desired();
  const broken = edit((all) => {
    all[9] = "automaton a7 { instances }";
  });
  t.true(broken.diagnostics.length > 0);
  t.deepEqual(broken.operations, []);
  t.deepEqual(program.desired(), before);
  const mended = edit((all) => {
    all[9] = automaton(7, "instances 2");
  });
  t.deepEqual(mended.diagnostics, []);
  t.deepEqual(
    mended.operations.map(({ id }) => id),
    ["instance/a7/1", "service/a7.p"],
  );
});

/** One program of 10,000 declarations, of a list of them: it takes a second to open. */
const wide = (() => {
  const count = 10_000;
  const declarations = Array.from({ length: count }, (_, i) => `automaton m${i} {}`);
  const elements = declarations.map((_, i) => `  m${i},`);
  const text = (list: readonly string[]): string =>
    join([...declarations, "automaton fresh {}", `system s = [\n${list.join("\n")}\n]`]);
  let program: ReturnType<typeof openProgram> | null = null;
  const opened = () => (program ??= openProgram({ file: "w.arch", text: text(elements) }));
  /** What the list with another makes run, and what taking that back does. */
  const edit = (change: (list: string[]) => void): readonly Update[] => {
    const list = [...elements];
    change(list);
    return [opened().update(text(list)), opened().update(text(elements))];
  };
  return { edit, aPath: Math.ceil((8 * Math.log(count)) / Math.log(16)) + 1 };
})();

for (const [name, change] of [
  ["inserting first", (all: string[]) => all.splice(0, 0, "  fresh,")],
  ["inserting in the middle", (all: string[]) => all.splice(5000, 0, "  fresh,")],
  ["inserting last", (all: string[]) => all.push("  fresh,")],
  ["deleting", (all: string[]) => all.splice(4000, 1)],
  ["moving", (all: string[]) => all.splice(9000, 0, ...all.splice(3, 1))],
] as const) {
  test(`${name} in a list of 10,000 evaluates and folds a logarithmic number`, (t) => {
    for (const update of wide.edit(change)) {
      t.deepEqual(update.diagnostics, []);
      t.true(update.stats.evaluated <= 14, `${update.stats.evaluated} evaluated`);
      t.true(mostFolded(update) <= wide.aPath, JSON.stringify(folds(update)));
    }
  });
}

test("what fails is told every time, also where a like thing failed in silence before", (t) => {
  const text = (target: string): string =>
    join([
      "protocol P = ?Int",
      "automaton a { provides p: P on tcp 1 }",
      "automaton b { requires p: P }",
      "let gone = nothing",
      `let w = b.p => ${target}`,
      "system s = [a, w]",
    ]);
  const program = openProgram({ file: "p.arch", text: text("gone") });
  t.deepEqual(
    program.diagnostics.map(({ code }) => code),
    ["unknown-name"],
  );
  t.deepEqual(
    program
      .update(text("0"))
      .diagnostics.map(({ code }) => code)
      .sort(),
    ["type-mismatch", "unknown-name"],
  );
});

test("two ways of editing that reach one text reach one shape", (t) => {
  const shape = (program: Program): unknown => {
    const visit = (node: SeqNode<{ readonly key: string }, null>): unknown =>
      isLeaf(node) ? node.items.map(({ key }) => key) : node.children.map(visit);
    return visit(program.augmentation.tree.root!);
  };
  const text = (names: readonly number[]): string =>
    join([...names.map((i) => `automaton m${i} {}`), `system s = [${names.map((i) => `m${i}`).join(", ")}]`]);
  const all = Array.from({ length: 200 }, (_, i) => i);
  const ways = [
    [],
    [all.slice(0, 50), all.slice(20, 180)],
    [all.toReversed(), all.filter((i) => i % 3 > 0)],
  ].map((steps) => {
    const program = new Program({ file: "w.arch", text: text(steps[0] ?? all) });
    program.start();
    for (const step of [...steps, all]) program.update(text(step));
    return shape(program);
  });
  t.deepEqual(ways[1], ways[0]);
  t.deepEqual(ways[2], ways[0]);
});

test("the heap is a plateau: terms of texts that are gone are forgotten", (t) => {
  const program = new Program({ file: "w.arch", text: "automaton a { instances 0 }\nsystem s = a" });
  program.start();
  let most = 0;
  for (let i = 1; i <= 30_000; i++) {
    program.update(`automaton a { instances ${i % 7}  env { N = "${i}" } }\nsystem s = a`);
    most = Math.max(most, program.workspace.terms.count);
  }
  t.true(most < 10_000, `${most} terms at once`);
});

test("a mistake in a function is told once, however many call it", (t) => {
  const text = "let f(a) = a + 1s\nlet x = f(1)\nlet y = f(1MiB)\nlet z = f(2)";
  const [told, ...more] = openProgram({ file: "f.arch", text }).diagnostics;
  t.deepEqual([told!.code, told!.range.start.line, more.length], ["type-mismatch", 1, 0]);
});
