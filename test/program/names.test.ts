import test from "ava";
import { Program } from "../../src/program/program.ts";

test("names that nobody uses any more are forgotten, and those waited for are not", (t) => {
  const text = (name: string, more = ""): string =>
    `let ${name} = 1\nlet other = ${name} * 2\nlet waiting = later + 1\n${more}system s = []\n`;
  const program = new Program({ file: "n.arch", text: text("first") });
  program.start();
  const codes = (): string[] => program.diagnostics.map(({ code, message }) => `${code}: ${message}`);
  const unknown = "unknown-name: nothing is called `later` here";
  t.deepEqual(codes(), [unknown]);
  for (let i = 0; i < 3_000; i++) program.update(text(`fresh${i}`));
  t.deepEqual(codes(), [unknown]);
  t.true(program.workspace.modules.get("n.arch")!.bindings.size < 1_000);
  program.update(text("first", "let later = 2\n"));
  t.deepEqual(codes(), []);
  program.update(text("first"));
  t.deepEqual(codes(), [unknown]);
});

test("the heap is a plateau where every edit brings a new name", (t) => {
  const program = new Program({ file: "n.arch", text: "system s = []" });
  program.start();
  const { bindings, definitions } = program.workspace.modules.get("n.arch")!;
  let most = 0;
  for (let i = 0; i < 3_000; i++) {
    const text = `let n${i} = 1\nautomaton a${i} { instances n${i} }\nsystem s = a${i}\n`;
    t.is(program.update(text).diagnostics.length, 0);
    most = Math.max(most, bindings.size);
  }
  t.true(most < 1_000, `${most} names at once`);
  t.is(definitions.size, 3);
});
