/** Bounds hold wherever a program is evaluated: in its declarations, and in equations. */
import test from "ava";
import { openProgram } from "../../src/library.ts";
import { explain } from "../../src/program/explain.ts";
import { Program } from "../../src/program/program.ts";

const codes = (text: string, size: number): readonly string[] =>
  openProgram({ file: "l.arch", text, limits: { size } }).diagnostics.map(({ code }) => code);

const declared = "let many = length(range(1, 60))";
const equation = "automaton z { instances length(range(1, self.ready + 60)) - 60 }\nsystem s = z";

test("a lower bound is met in declarations and in equations", (t) => {
  for (const text of [declared, equation]) {
    t.deepEqual(codes(text, 60), [], text);
    t.deepEqual(codes(text, 59), ["limit-exceeded"], text);
  }
});

test("a raised bound holds in declarations and in equations", (t) => {
  for (const text of [declared, equation]) {
    const huge = text.replaceAll("60", "1_100_000");
    t.deepEqual(codes(huge, 1_000_000), ["limit-exceeded"], huge);
    t.deepEqual(codes(huge, 1_100_000), [], huge);
  }
});

test("a load that leads beyond a bound changes nothing", (t) => {
  const text = "automaton z { instances length(range(1, self.connections + 1)) }\nsystem s = z";
  const program = openProgram({ file: "l.arch", text, limits: { size: 60 } });
  t.is(program.set("z.connections", 59).operations.length, 59);
  const { diagnostics, operations } = program.set("z.connections", 60);
  t.deepEqual([diagnostics.map(({ code }) => code), operations], [["limit-exceeded"], []]);
});

test("bounds are no part of an explanation", (t) => {
  const program = new Program({ file: "l.arch", text: equation });
  program.start();
  const from = explain(program, "z")!.passes.flatMap((pass) => pass.from.map(({ what }) => what));
  t.true(from.includes("z.ready"));
  t.false(from.includes("limits"));
});
