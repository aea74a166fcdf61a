/** Long chains of definitions, each made of the one before. */
import test from "ava";
import { openProgram } from "../../src/library.ts";

const join = (declarations: readonly string[]): string => `${declarations.join("\n")}\n`;

test("a chain of 20,000 definitions follows its first without overflow", (t) => {
  const size = 20_000;
  const all = ["let n0 = 1", ...Array.from({ length: size }, (_, i) => `let n${i + 1} = n${i} + 1`)];
  all.push(`automaton a { env { N = n${size} } runs exec ["x"] }`, "system s = a");
  const program = openProgram({ file: "c.arch", text: join(all) });
  t.deepEqual(program.diagnostics, []);
  const update = program.update(join(["let n0 = 2", ...all.slice(1)]));
  t.is(update.stats.evaluated, size + 2);
});

// Each is made of the one before: were they compared to their ground, a change would take minutes.
const chains: Readonly<
  Record<string, readonly [first: string, changed: string, next: (i: number) => string]>
> = {
  lists: ["let c0 = [1]", "let c0 = [2]", (i) => `let c${i + 1} = [c${i}]`],
  records: ["let c0 = { x = 1 }", "let c0 = { x = 2 }", (i) => `let c${i + 1} = { x = c${i}, y = 1 }`],
  types: ["type C0 = Int", "type C0 = String", (i) => `type C${i + 1} = { x: C${i} }`],
  functions: ["let c0(x) = 1", "let c0(x) = 2", (i) => `let c${i + 1}(x) = c${i}(x)`],
  automata: [
    "automaton c0 { provides p: P on tcp 1 }",
    "automaton c0 { provides p: P on tcp 2 }",
    (i) => `let c${i + 1} = [c${i}]`,
  ],
};

for (const [what, [first, changed, next]] of Object.entries(chains)) {
  test(`a chain of 15,000 ${what} follows its first`, (t) => {
    const size = 15_000;
    const rest = Array.from({ length: size }, (_, i) => next(i));
    const text = (ground: string): string => join(["protocol P = ?Int . end", ground, ...rest]);
    const program = openProgram({ file: "c.arch", text: text(first) });
    t.deepEqual(program.diagnostics, []);
    t.is(program.update(text(changed)).stats.evaluated, size + 1);
  });
}

test("a chain of 100,000 compositions goes from text to a plan, and follows its first", (t) => {
  const size = 100_000;
  const links = Array.from({ length: size }, (_, i) => `let c${i + 1} = [c${i}]`);
  const ends = ["automaton a { requires p?: P }", "automaton b { provides p: P on tcp 1 }"];
  const all = (first: string): string =>
    join(["protocol P = ?Int . end", ...ends, `let c0 = ${first}`, ...links, `system s = c${size}`]);
  const program = openProgram({ file: "c.arch", text: all("[a]") });
  t.deepEqual(program.diagnostics, []);
  t.deepEqual(Object.keys(program.desired()), ["hub", "instance/a/0"]);
  const { stats, operations } = program.update(all("[a => b]"));
  t.is(stats.evaluated, size + 2);
  t.deepEqual(
    operations.map(({ op, id }) => `${op} ${id}`),
    ["create instance/b/0", "create service/b.p", "create wire/a.p", "create hosts/a"],
  );
  for (const [pass, { folded }] of Object.entries(stats.passes))
    t.true(folded <= 4, `${pass} folded ${folded}`);
});
