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
