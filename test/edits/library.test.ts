/** Edits through the library. */
import test from "ava";
import { openProgram } from "../../src/library.ts";

const text = `let service(label, n) = automaton "\${label}" { instances n }
system s = [service("cart", 2)]
`;

test("choices come with edits, operations and what else changes; the program stays as it is", (t) => {
  const program = openProgram({ file: "s.arch", text });
  const { choices, clear, reached, refusal } = program.edits("scale cart 3");
  t.deepEqual([clear, reached, refusal], [true, false, null]);
  t.deepEqual(choices[0]!.edits, [
    {
      file: "s.arch",
      range: { start: { line: 2, column: 29 }, end: { line: 2, column: 30 } },
      text: "3",
    },
  ]);
  t.deepEqual(
    choices[0]!.operations.map(({ op, id, because }) => [op, id, because.length > 0]),
    [["create", "instance/cart/2", true]],
  );
  t.deepEqual(program.update(text).operations, []);
  const after = choices[0]!.texts[0]!.after;
  t.deepEqual(
    program.update(after).operations.map(({ id }) => id),
    ["instance/cart/2"],
  );
  t.deepEqual(program.edits("scale cart 3"), { reached: true, choices: [], clear: false, refusal: null });
});

test("what cannot be comes with the reason", (t) => {
  const program = openProgram({ file: "s.arch", text });
  t.like(program.edits("scale crat 3").refusal, {
    message: "s has no automaton crat",
    hints: ["did you mean cart?"],
  });
  program.update("let = ");
  t.is(program.edits("scale cart 3").refusal?.message, "the program has errors");
});
