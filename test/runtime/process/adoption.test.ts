import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import test from "ava";
import { tellsExits } from "../../../runtime/process/foreign-exit.ts";
import { isAlive, readStat } from "../../../runtime/process/proc.ts";
import type { RunningProcess } from "../../../src/core/base.ts";
import { type Process, processKey } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, outside, type Sandbox, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: enters namespaces
const orchestrator = fileURLToPath(new URL("./orchestrator.js", import.meta.url));

/** Lets a process of its own start them, kills it with SIGKILL, and tells what it started. */
const startAndKill = async (
  { system, state }: Sandbox,
  wanted: readonly Process[],
): Promise<readonly RunningProcess[]> => {
  const child = spawn(process.execPath, [orchestrator, system, state.root, JSON.stringify(wanted)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const started: RunningProcess[] = [];
  for (const _ of wanted) started.push(JSON.parse((await lines.next()).value as string) as RunningProcess);
  child.kill("SIGKILL");
  await once(child, "exit");
  return started;
};

const counter = ["sh", "-c", "n=0; while :; do n=$((n+1)); echo $n; sleep 0.01; done"];

kernel("a process lives on when its orchestrator is killed, and is adopted as it is", async (t) => {
  const it = sandbox(t);
  const wanted = it.process("store", counter, { spec: "first" });
  const [born] = await startAndKill(it, [wanted]);
  const log = it.state.logFile("store", 0);
  const size = statSync(log).size;
  await until("it goes on writing", () => statSync(log).size > size);

  const manager = it.manager();
  t.like(manager.running().get(processKey("store", 0)), { ...born!, netns: wanted.netns, spec: "first" });
  const seen: unknown[] = [];
  manager.onExit((event) => seen.push(event));
  const before = performance.now();
  process.kill(born!.pid, "SIGKILL");
  await until("the end of the adopted one is seen", () => seen.length === 1);
  t.log(`seen after ${(performance.now() - before).toFixed(1)} ms`);
  const signal = tellsExits() ? "SIGKILL" : null;
  t.deepEqual(seen, [{ key: processKey("store", 0), pid: born!.pid, left: [], code: null, signal }]);
  t.deepEqual([...manager.running()], []);
});

kernel("its note tells the one that was started from its children and from what died", async (t) => {
  const it = sandbox(t);
  // The child leads a session of its own and carries the same markers; later it is all that is left.
  const script = "setsid sh -c 'while :; do sleep 0.05; done' & exec sleep 65";
  const [born] = await startAndKill(it, [it.process("a", ["sh", "-c", script])]);
  t.is(it.manager().running().get(processKey("a", 0))?.pid, born!.pid);

  rmSync(it.state.processFile("a", 0));
  t.is(it.manager().running().get(processKey("a", 0))?.pid, born!.pid, "without a note, the oldest");
});

kernel("children of a dead artifact are no artifact: they end before the next one starts", async (t) => {
  const it = sandbox(t);
  const child = "setsid sh -c 'echo $$; while :; do sleep 0.05; done' & exec sleep 66";
  const wanted = it.process("a", ["sh", "-c", child]);
  const [born] = await startAndKill(it, [wanted]);
  const log = it.state.logFile("a", 0);
  await until("the child is up", () => existsSync(log) && readFileSync(log, "utf8").endsWith("\n"));
  const { init } = it.manager().running().get(processKey("a", 0))!;
  const pid = outside(init!.pid, Number(readFileSync(log, "utf8")));
  const { startTime } = readStat(pid)!;
  process.kill(born!.pid, "SIGKILL");
  await until("the artifact is dead", () => !isAlive(born!.pid, born!.startTime));

  const manager = it.manager();
  t.deepEqual([...manager.running()], []);
  t.true(isAlive(pid, startTime));
  const again = await manager.start(it.process("a", ["sleep", "67"]));
  t.false(isAlive(pid, startTime));
  t.is(manager.running().get(processKey("a", 0))?.pid, again.pid);
});

kernel("a process that writes over its environment is found by its note", async (t) => {
  const it = sandbox(t);
  // What setproctitle does in many servers: the memory behind /proc/PID/environ is used for a title.
  const title = `
    open(my $f, '<', '/proc/self/stat'); my @s = split ' ', <$f>;
    my ($from, $to) = @s[49, 50]; open(my $m, '+<', '/proc/self/mem'); sysseek($m, $from, 0);
    syswrite($m, 'x' x ($to - $from)); $| = 1; print "done\\n"; sleep 68`;
  const [born] = await startAndKill(it, [it.process("a", ["perl", "-e", title])]);
  await until(
    "the environment is gone",
    () => !readFileSync(`/proc/${born!.pid}/environ`, "utf8").includes("ARCHITECT"),
  );
  t.is(it.manager().running().get(processKey("a", 0))?.pid, born!.pid);
});

kernel("no other system's processes are seen or touched", async (t) => {
  const [mine, other] = [sandbox(t), sandbox(t)];
  const theirs = await other.manager().start(other.process("a", ["sleep", "69"]));
  const manager = mine.manager();
  await manager.start(mine.process("a", ["sleep", "69"]));
  t.is(manager.running().size, 1);
  t.deepEqual(await manager.destroy(), []);
  t.true(isAlive(theirs.pid, theirs.startTime));
  t.false(existsSync(mine.state.directory));
});
