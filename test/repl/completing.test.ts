/** What is offered behind the commands of the REPL, and in entries. */
import { join } from "node:path";
import test from "ava";
import { Program } from "../../src/program/program.ts";
import { completing } from "../../src/repl/completing.ts";
import { folder } from "../cli/binary.ts";

const program = new Program({
  file: "c.arch",
  text: `
let n = input("clocks", 2)
let where = input("region", "eu")
automaton clock { instances n  env { WHERE = where } }
automaton page {}
system s = [clock, page]
`,
});
program.start();

const offered = (text: string): readonly string[] => {
  const { from, to, candidates } = completing(program, text, text.length);
  return candidates.map((each) => `${text.slice(0, from)}${each.text}${text.slice(to)}`);
};

test("a command is completed, and behind it what it takes", (t) => {
  t.deepEqual(offered(":ex"), [":explain "]);
  t.deepEqual(offered(":explain "), [":explain clock", ":explain page"]);
  t.deepEqual(offered(":explain p"), [":explain page"]);
  t.deepEqual(offered(":set "), [":set clocks=", ":set region="]);
  t.deepEqual(offered(":set clo"), [":set clocks="]);
  t.deepEqual(
    offered(":set clocks="),
    offered("let x = ").map((each) => each.replace("let x = ", ":set clocks=")),
  );
  t.deepEqual(offered(":graph "), [":graph mermaid"]);
  t.true(offered(":type clo").includes(":type clock"));
});

test("programs and directories stand behind :load", (t) => {
  const directory = folder(t, { "one.arch": "", "two.txt": "" });
  t.deepEqual(offered(`:load ${join(directory, "o")}`), [`:load ${join(directory, "one.arch")}`]);
});
