/** The REPL on a system that somebody else keeps. */
import test from "ava";
import { architect, folder } from "../cli/binary.ts";
import { start, systemOf } from "../cli/running.ts";

const programOf = (system: string): string => `
automaton a { instances input("n", 1) }
system ${system} = [a]
`;

test("it knows what inputs are set to, and what is entered is applied", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, { "s.arch": programOf(system) });
  const running = start(t, ["run", "s.arch", "--base", "memory"], cwd);
  await running.says("Ctrl-C stops and removes it");
  t.is((await architect(["set", "n=3", "--system", system], { cwd })).code, 0);
  const entries = ["a", ":set n=4", "a", "automaton b { }", `system ${system} = [a, b]`, ":plan", ":status"];
  const { code, out } = await architect(["repl", "s.arch"], { cwd, input: `${entries.join("\n")}\n` });
  t.is(code, 0, out);
  const told = out.replaceAll(/ in [\d.]+ (ms|s)$/gm, "").split(`\n${system} converged`)[0];
  t.is(
    told,
    `s.arch: 2 names
attached to ${system}, which runs: what is entered is applied to it
n is set to 3
~ a: an automaton, its instances
automaton a {
  instances 3
}
applied: 1 operation (+1)
~ a: an automaton, its instances
automaton a {
  instances 4
}
b: an automaton
applied: 0 operations
${system}: a composition of 2 automata and 0 wires
applied: 1 operation (+1)
${system}: no changes`,
  );
  t.regex(out, /5 of 5 instances ready, memory, supervised by \d+/);
});

test("events are shown from when they are asked for until they are no longer; another file is not attached", async (t) => {
  const system = systemOf(t);
  const cwd = folder(t, { "s.arch": programOf(system), "other.arch": programOf(system) });
  const running = start(t, ["run", "s.arch", "--base", "memory"], cwd);
  await running.says("Ctrl-C stops and removes it");
  const other = await architect(["repl", "other.arch"], { cwd, input: ":events\n:apply\n" });
  t.regex(
    other.out,
    new RegExp(`^other.arch: 2 names\nerror: ${system} runs from ${cwd}/s.arch\nhint: :load `),
  );
  const entries = [":set n=2", ":events", ":set n=3", ":events", ":set n=4"];
  const { code, out } = await architect(["repl", "s.arch"], { cwd, input: `${entries.join("\n")}\n` });
  t.is(code, 0, out);
  t.regex(
    out,
    /\nshowing what happens\n[\s\S]* set +n = 3: 1 operation \(\+1\)[\s\S]*\nno longer showing what happens\n/,
  );
  t.notRegex(out, / set +n = [24]/);
});
