/** Cells that are set while a program lives. */

import test from "ava";
import { hostCell, observedCell } from "../../src/core/cell-key.ts";
import { plain } from "../../src/language/quantity.ts";
import { type Program as Opened, openProgram } from "../../src/library.ts";
import { Program } from "../../src/program/program.ts";

test("what is said of the host can be set, and is read by definitions and equations", (t) => {
  const program = openProgram({
    file: "h.arch",
    text: "automaton a { instances host.cpus }\nautomaton b { instances min(self.cpu + host.cpus, 9) }\nsystem s = [a, b]\n",
  });
  const { operations } = program.set("host.cpus", 3);
  t.deepEqual(operations.map(({ op, id }) => `${op} ${id}`).sort(), [
    "create instance/a/1",
    "create instance/a/2",
    "create instance/b/1",
    "create instance/b/2",
  ]);
  t.deepEqual(program.set("host.cpus", 3).operations, []);
});

test("a cell that is set to what it is has nothing wrong, whatever the text", (t) => {
  const program = new Program({ file: "c.arch", text: "automaton a {}\nsystem s = a\n" });
  program.start();
  t.is(program.update("automaton a {\nsystem s = a\n").diagnostics.length, 1);
  t.deepEqual(program.observe([[observedCell("a", "cpu"), 1]]).diagnostics, []);
  t.deepEqual(program.observe([[observedCell("a", "cpu"), 1]]).diagnostics, []);
});

test("a program that was opened with errors has them whatever is set, be it what it is", (t) => {
  const program = new Program({ file: "c.arch", text: "automaton a {\nsystem s = a\n" });
  const { diagnostics } = program.start();
  for (const _ of ["to something else", "to what it is"]) {
    t.is(diagnostics.length, 1);
    t.deepEqual(program.observe([[hostCell("cpus"), 3]]).diagnostics, diagnostics);
  }
});

const countOf = (program: Opened): number =>
  Object.keys(program.desired()).filter((key) => key.startsWith("instance/")).length;

test("an input is known as long as the text asks for it, and keeps what it was set to", (t) => {
  const text = (n: string): string => `automaton a { instances ${n} }\nsystem s = a\n`;
  const program = openProgram({ file: "c.arch", text: text('input("n", 2)') });
  t.is(countOf(program), 2);
  program.set("n", 3);
  t.is(countOf(program), 3);
  program.update(text("1"));
  t.deepEqual(
    program.set("n", 4).diagnostics.map(({ code }) => code),
    ["unknown-name"],
  );
  program.update(text('input("n", 2)'));
  t.is(countOf(program), 3);
  // A text that is refused asks for nothing.
  t.is(program.update(text('input("m", oops)')).diagnostics.length, 1);
  t.deepEqual(program.set("n", 4).diagnostics, []);
  t.is(program.set("m", 4).diagnostics.length, 1);
});

test("inputs that no text asks for any more are forgotten, unless they are set", (t) => {
  const text = (name: string): string => `automaton a { instances input("${name}", 1) }\nsystem s = a\n`;
  const program = new Program({ file: "c.arch", text: text("n0") });
  program.start();
  const { cells } = program.workspace;
  program.setInput("n0", { _tag: "Quantity", quantity: plain(2) });
  for (let i = 1; i < 3_000; i++) t.is(program.update(text(`n${i}`)).diagnostics.length, 0);
  t.deepEqual([...cells.inputs()], ["n2999"]);
  t.true(cells.size < 1_000, `${cells.size} inputs at once`);
  const counts = (): number => [...program.resources()].filter(({ kind }) => kind === "instance").length;
  program.update(text("n0"));
  t.is(counts(), 2);
});

test("an input that an equation asks for in a branch which it has gone only now can be set", (t) => {
  const instances = 'if self.connections > 5 then input("n", 2) else 1';
  const text = `automaton a { instances ${instances} }\nsystem s = a\n`;
  const program = openProgram({ file: "c.arch", text });
  t.deepEqual(
    program.set("n", 4).diagnostics.map(({ code }) => code),
    ["unknown-name"],
  );
  program.set("a.connections", 10);
  t.is(countOf(program), 2);
  t.deepEqual(program.set("n", "4").diagnostics, []);
  t.is(countOf(program), 4);
  t.deepEqual(
    program.set("n", "many").diagnostics.map(({ code }) => code),
    ["type-mismatch"],
  );
  t.is(countOf(program), 4);
});
