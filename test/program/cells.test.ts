/** Cells that are set while a program lives. */
import test from "ava";
import { openProgram } from "../../src/library.ts";
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
  t.deepEqual(program.observe([["observed a.cpu", 1]]).diagnostics, []);
  t.deepEqual(program.observe([["observed a.cpu", 1]]).diagnostics, []);
});

test("a program that was opened with errors has them whatever is set, be it what it is", (t) => {
  const program = new Program({ file: "c.arch", text: "automaton a {\nsystem s = a\n" });
  const { diagnostics } = program.start();
  for (const _ of ["to something else", "to what it is"]) {
    t.is(diagnostics.length, 1);
    t.deepEqual(program.observe([["observed host.cpus", 3]]).diagnostics, diagnostics);
  }
});
