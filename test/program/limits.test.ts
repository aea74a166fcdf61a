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

const many = (...counts: readonly number[]): string =>
  counts.map((count, i) => `automaton a${i} { instances ${count} }\n`).join("") +
  `system s = [${counts.map((_, i) => `a${i}`).join(", ")}]\n`;

test("a system has at most so many instances, however they are shared out", (t) => {
  t.deepEqual(codes(many(20, 20, 20), 60), []);
  t.deepEqual(codes(many(20, 20, 21), 60), ["limit-exceeded"]);
  t.deepEqual(codes(many(0, 61), 60), ["limit-exceeded"]);
});

test("and is told so at its declaration, with what allows more", (t) => {
  const { diagnostics } = openProgram({ file: "l.arch", text: many(20, 40, 1), limits: { size: 60 } });
  t.like(diagnostics[0], {
    code: "limit-exceeded",
    message: "this system has more than 60 instances",
    range: { start: { line: 4, column: 8 } },
  });
  t.deepEqual(
    diagnostics[0]!.hints.map(({ message }) => message),
    ["`--limit size=N` lets a program build more"],
  );
});

test("the total follows edits, inputs and what goes", (t) => {
  const open = (text: string) => openProgram({ file: "l.arch", text, limits: { size: 60 } });
  const program = open(many(20, 20, 20));
  const wrong = (text: string): readonly string[] => program.update(text).diagnostics.map(({ code }) => code);
  t.deepEqual(wrong(many(20, 20, 21)), ["limit-exceeded"]);
  t.deepEqual(wrong(many(20, 20)), []);
  t.deepEqual(wrong(many(20, 20, 20, 1)), ["limit-exceeded"]);
  t.deepEqual(wrong(many(1, 59)), [], "what grows comes before what shrinks");
  t.deepEqual(wrong(many(59, 1)), []);
  t.deepEqual(wrong(many(59, 2)), ["limit-exceeded"]);
  const live = open(`${many(20, 20).replace("[", "[a, ")}automaton a { instances input("n", 1) }\n`);
  t.deepEqual(
    live.set("n", 21).diagnostics.map(({ code }) => code),
    ["limit-exceeded"],
  );
  t.deepEqual(live.set("n", 20).diagnostics, []);
  t.is(Object.keys(live.desired()).filter((key) => key.startsWith("instance/")).length, 60);
});

test("so do the endpoints of services", (t) => {
  const text = (ports: number): string =>
    `automaton a { instances 40 ${Array.from({ length: ports }, (_, i) => `provides p${i}: ?Int on tcp ${i + 1}`).join(" ")} }
system s = a`;
  t.deepEqual(codes(text(6), 60), []);
  t.deepEqual(codes(text(7), 60), ["limit-exceeded"]);
});

test("twenty million instances are refused at once", (t) => {
  const text = `system s = [ automaton "a_\${i}" { instances 1000000 } for i in range(1, 20) ]`;
  const begun = performance.now();
  t.deepEqual(codes(text, 1_000_000), ["limit-exceeded"]);
  // Twenty million addresses take minutes.
  t.true(performance.now() - begun < 10_000);
});

test("a string that is written out is bounded as one that is put together", (t) => {
  t.deepEqual(codes(`let a = "${"x".repeat(60)}"`, 60), []);
  t.deepEqual(codes(`let a = "${"x".repeat(61)}"`, 60), ["limit-exceeded"]);
});

test("a record of many fields takes steps in their number", (t) => {
  const fields = Array.from({ length: 20_000 }, (_, i) => `k${i} = ${i}`).join(", ");
  t.deepEqual(codes(`let a = { ${fields} }\nlet b = { ...a, x = 1 }`, 1_000_000), []);
});
