import test from "ava";
import { openProgram } from "../../src/library.ts";

test("of a system that no longer parses, only that is told", (t) => {
  const automaton = "automaton a { requires p: ?Int }\n";
  const program = openProgram({ file: "main.arch", text: `${automaton}system s = a\n` });
  const codes = (): readonly string[] =>
    program.diagnostics.map(({ code, range }) => `${code}@${range.start.line}`);
  t.deepEqual(codes(), ["unsatisfied-requirement@2"]);
  program.update(`${automaton}system s = a =>\n`);
  t.deepEqual(codes(), ["syntax@2"]);
});

const told = (text: string, ...edits: readonly string[]): readonly string[] => {
  const program = openProgram({ file: "main.arch", text });
  for (const edit of edits) program.update(edit);
  return program.diagnostics.map(({ code, message }) => `${code}: ${message}`);
};

test("a cycle is found that is closed by taking another declaration of the name away", (t) => {
  const cyclic = "let a = b\nlet b = a\n";
  t.deepEqual(told(`let a = 1\n${cyclic}`, cyclic), told(cyclic));
  t.deepEqual(told(`${cyclic}let a = 1\n`, `let a = 1\n${cyclic}`), told(`let a = 1\n${cyclic}`));
});

test("a definition of itself is found again where a broken one stood before it", (t) => {
  const cyclic = "let f(n) = f(n)\n";
  const broken = `t f(\n${cyclic}`;
  t.deepEqual(told(cyclic, broken), told(broken));
  t.deepEqual(told(broken, cyclic), told(cyclic));
});

test("what a wrong name could mean changes with the names there are", (t) => {
  const hints = (text: string, ...edits: readonly string[]): readonly string[] => {
    const program = openProgram({ file: "main.arch", text });
    for (const edit of edits) program.update(edit);
    return program.diagnostics.flatMap((one) => one.hints.map(({ message }) => message));
  };
  const [slip, meant] = ["let x = shelv + 1\n", "let shelve = 1\n"];
  t.deepEqual(hints(slip + meant), ["did you mean `shelve`?"]);
  t.deepEqual(hints(slip, slip + meant), ["did you mean `shelve`?"]);
  t.deepEqual(hints(slip + meant, slip), []);
});
