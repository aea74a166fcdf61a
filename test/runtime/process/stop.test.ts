/** `stop SIGNAL within D`: how programs are ended that say how. */
import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import { isAlive } from "../../../runtime/process/proc.ts";
import type { RunningProcess } from "../../../src/core/base.ts";
import type { Care, Stop } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, type Sandbox, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: enters namespaces

const logOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** Says which signals it and a child of it get, and ends by SIGINT alone, after so long. */
const talker = (seconds: number): string => `
trap 'echo child TERM; exit' TERM; trap 'echo child INT' INT
[ "$1" = child ] && { echo child is there; while :; do sleep 0.1; done; }
sh -c "$0" "$0" child &
trap 'echo main TERM' TERM; trap 'echo main INT; sleep ${seconds}; echo main ends; exit' INT
echo main is there; while :; do sleep 0.1; done`;

const run = async (at: Sandbox, seconds: number, stop: Stop) => {
  const it = at.manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const script = talker(seconds);
  const wanted = at.process("a", ["sh", "-c", script, script], {
    care: { restart: "always", probe: null, stop },
  });
  await it.start(wanted);
  const said = () => logOf(at.state.logFile("a", 0));
  await until("both are there", () => said().includes("child is there") && said().includes("main is there"));
  return { it, wanted, said };
};

kernel("the program alone gets its signal, and time; what it leaves is ended after it", async (t) => {
  const at = sandbox(t, 60_000);
  const { it, wanted, said } = await run(at, 0.3, { signal: "SIGINT", graceMs: null });
  await it.stop(wanted);
  await until("it is all said", () => said().includes("child TERM"));
  const lines = said()
    .trim()
    .split("\n")
    .filter((line) => /^(main|child) (?!is there)/.test(line));
  t.deepEqual(lines, ["main INT", "main ends", "child TERM"]);
  t.is(it.running().size, 0);
});

kernel("what takes longer than it may is killed", async (t) => {
  const at = sandbox(t, 60_000);
  const { it, wanted, said } = await run(at, 600, { signal: "SIGINT", graceMs: 300 });
  const begin = performance.now();
  await it.stop(wanted);
  t.true(performance.now() - begin >= 300);
  t.true(said().includes("main INT"));
  t.false(said().includes("main ends"));
  t.is(it.running().size, 0);
});

kernel("whoever ends it later knows how, also where all of a system is removed", async (t) => {
  const at = sandbox(t, 60_000);
  const { said } = await run(at, 0.1, { signal: "SIGINT", graceMs: null });
  const other = at.manager();
  const read = said();
  t.false(read.includes("INT"));
  // The log goes with the system: what was said is read while it is being ended.
  let last = "";
  const timer = setInterval(() => {
    last = said() || last;
  }, 2);
  t.deepEqual(await other.destroy(), []);
  clearInterval(timer);
  t.true(last.includes("main INT"), last);
  t.false(last.includes("main TERM"), last);
});

/** At SIGTERM it starts programs that take a while, as those do that answer requests by means of others. */
const finisher = `
trap 'sh -c "sleep 0.2; echo one is done"; sh -c "sleep 0.2; echo another is done"; exit' TERM
echo main is there; while :; do sleep 0.1; done`;

kernel("what a program starts in order to end is left to it, without a clause too", async (t) => {
  const at = sandbox(t, 60_000);
  const it = at.manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const wanted = at.process("a", ["sh", "-c", finisher]);
  await it.start(wanted);
  const said = () => logOf(at.state.logFile("a", 0));
  await until("it is there", () => said().includes("main is there"));
  await it.stop(wanted);
  await until("it has ended", () => said().includes("another is done"));
  t.true(said().includes("one is done"), said());
  t.is(it.running().size, 0);
});

kernel(
  "where a system is removed, whatever waits for nobody is told at once, however long others hold out",
  async (t) => {
    const at = sandbox(t, 60_000);
    const it = at.manager();
    const stubborn = ["sh", "-c", "trap 'echo told' TERM USR1; echo is there; while :; do sleep 0.1; done"];
    const begin = async (automaton: string, argv: readonly string[], care: Partial<Care> = {}) => {
      it.writeHosts({ kind: "hosts", key: `hosts/${automaton}` as never, automaton, entries: [] });
      const wanted = at.process(automaton, argv, { care: { restart: "always", probe: null, ...care } });
      return it.start(wanted);
    };
    const plain = await begin("plain", ["sleep", "1000"]);
    const db = await begin("db", ["sleep", "1000"]);
    const web = await begin("web", ["sleep", "1000"], { after: ["db"] });
    const held = await begin("held", ["sleep", "1000"]);
    const late = await begin("late", stubborn, { after: ["held"] });
    const slow = await begin("slow", stubborn, { stop: { signal: "SIGUSR1", graceMs: 60_000 } });
    for (const name of ["late", "slow"])
      await until(`${name} is there`, () => logOf(at.state.logFile(name, 0)).includes("is there"));
    const gone = ({ pid, startTime }: RunningProcess): boolean => !isAlive(pid, startTime);
    const removed = at.manager().destroy();
    await until("what waits for nobody, and a whole chain, has ended", () => [plain, db, web].every(gone));
    t.deepEqual([late, held, slow].map(gone), [false, false, false]);
    for (const { pid } of [late, slow]) process.kill(pid, "SIGKILL");
    t.deepEqual(await removed, []);
    t.true([late, held, slow].every(gone));
  },
);
