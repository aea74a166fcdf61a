/** A look at what a text and inputs would change: the truth, and without a trace. */
import test from "ava";
import { Program } from "../../src/program/program.ts";
import { settingOf } from "../../src/program/setting.ts";

const text = `
automaton a { instances input("n", 1) }
automaton b { instances 1 + ceil(self.connections / 10) }
system s = [a, b]
`;

const opened = (): Program => {
  const program = new Program({ file: "s.arch", text });
  program.start();
  return program;
};

const set = (program: Program, name: string, value: string): readonly string[] => {
  const setting = settingOf(program, name, value);
  if (setting._tag === "Refused") throw new Error(setting.diagnostic.message);
  const { operations } =
    setting._tag === "Input"
      ? program.setInput(name, setting.value)
      : program.observe([[setting.cell, setting.value]]);
  return operations.map(({ op, key }) => `${op} ${key}`);
};

test("inputs of a preview change what they would change", (t) => {
  const program = opened();
  const inputs = [
    { name: "n", text: "3" },
    { name: "b.connections", text: "25" },
  ];
  const preview = program.preview(text, "s.arch", inputs);
  const told = preview.operations.map(({ op, key }) => `${op} ${key}`);
  t.true(told.length > 0);
  const because = [...preview.reasons.values()].map((reasons) => JSON.stringify(reasons));
  t.true(because.some((reason) => reason.includes("n")));
  const other = opened();
  t.deepEqual([...told].sort(), [...set(other, "n", "3"), ...set(other, "b.connections", "25")].sort());
});

test("a preview leaves nothing behind", (t) => {
  const program = opened();
  const before = JSON.stringify([...program.resources()]);
  program.preview(text.replace("[a, b]", "[a]"), "s.arch", [{ name: "n", text: "3" }]);
  program.preview(text, "s.arch", [{ name: "n", text: "many" }]);
  t.is(JSON.stringify([...program.resources()]), before);
  t.deepEqual(program.preview(text).operations, []);
  t.deepEqual(program.diagnostics, []);
  t.deepEqual(set(program, "n", "2"), ["create instance/a/1"]);
});

test("an input that only the new text asks for can be set with it", (t) => {
  const next = text.replace('input("n", 1)', 'input("m", 1)');
  const { operations, diagnostics } = opened().preview(next, "s.arch", [{ name: "m", text: "2" }]);
  t.deepEqual(diagnostics, []);
  t.deepEqual(
    operations.map(({ key }) => key),
    ["instance/a/1"],
  );
});

test("what cannot be set is told, and plans nothing", (t) => {
  const { operations, diagnostics } = opened().preview(text, "s.arch", [
    { name: "n", text: "3" },
    { name: "nn", text: "3" },
  ]);
  t.deepEqual(operations, []);
  t.like(diagnostics, [{ code: "unknown-name", hints: [{ message: "did you mean n?" }] }]);
  const wrong = opened().preview(text, "s.arch", [{ name: "n", text: "0 - 1" }]);
  t.deepEqual([wrong.operations, wrong.diagnostics[0]?.code], [[], "type-mismatch"]);
});
