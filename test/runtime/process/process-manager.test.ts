import { existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import test from "ava";
import { createNamespace, deleteNamespace, namespaceInode } from "../../../runtime/namespaces.ts";
import { isAlive, readStat } from "../../../runtime/process/proc.ts";
import { type Hosts, hostsKey, processKey } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, outside, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: enters namespaces

const hosts = (automaton: string, names: Readonly<Record<string, string>>): Hosts => ({
  kind: "hosts",
  key: hostsKey(automaton),
  automaton,
  entries: Object.entries(names).map(([name, v4]) => ({
    name,
    addresses: [v4, `fd00::${v4.split(".")[3]}`],
  })),
});

const logOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

kernel("a process is born in its namespace, with its names, variables, directory and log", async (t) => {
  const { manager, process, state, directory, system } = sandbox(t);
  const it = manager();
  it.writeHosts(hosts("web", { store: "10.128.0.7" }));
  const script = `
    readlink /proc/self/ns/net; pwd; getent ahosts store | cut -d' ' -f1 | sort -u; getent ahosts nosuchname || echo none
    env | sort; echo problem >&2; ls ${state.root} | wc -l; grep -c nsfs /proc/self/mountinfo; grep -E 'CapEff|SigIgn|SigBlk' /proc/self/status
    sleep 60`;
  const wanted = process("web", ["sh", "-c", script], {
    env: { PORT: "8080", GREETING: "hello = world" },
    cwd: directory,
    index: 3,
    spec: "abc",
  });
  const running = await it.start(wanted);
  const log = state.logFile("web", 3);
  await until("it has told", () => logOf(log).includes("SigIgn"));
  const lines = logOf(log).trimEnd().split("\n");
  t.is(lines[0], `net:[${namespaceInode(wanted.netns)}]`);
  t.is(lines[1], directory);
  t.deepEqual(lines.slice(2, 5), ["10.128.0.7", "fd00::7", "none"]);
  const env = lines
    .slice(5, lines.indexOf("problem"))
    .filter((line) => !/^(PWD|SHLVL|_|PATH|HOME|USER|LOGNAME|LANG|LC_ALL|TZ|TMPDIR)=/.test(line));
  t.deepEqual(env, [
    "ARCHITECT_AUTOMATON=web",
    "ARCHITECT_INSTANCE=3",
    `ARCHITECT_OWNER=${state.owner}`,
    "ARCHITECT_SPEC=abc",
    `ARCHITECT_SYSTEM=${system}`,
    "GREETING=hello = world",
    "PORT=8080",
  ]);
  t.deepEqual(lines.slice(-5, -3), ["0", "0"], "it sees neither our state nor other namespaces");
  const capabilities = BigInt(`0x${lines.find((line) => line.startsWith("CapEff"))!.split("\t")[1]}`);
  t.is(capabilities & ((1n << 21n) | (1n << 12n)), 0n, "neither SYS_ADMIN nor NET_ADMIN");
  t.true(lines.includes("SigIgn:\t0000000000000000"));
  t.is(statSync(log).mode & 0o777, 0o600);
  t.is(statSync(state.directory).mode & 0o777, 0o700);
  t.is(readlinkSync(`/proc/${running.pid}/fd/0`), "/dev/null");
  t.deepEqual([...it.running().keys()], [processKey("web", 3)]);
  t.like(it.running().get(processKey("web", 3)), { ...running, netns: wanted.netns });
});

kernel("a changed host table reaches a process that runs", async (t) => {
  const { manager, process, state } = sandbox(t);
  const it = manager();
  it.writeHosts(hosts("web", { store: "10.128.0.7", cart: "10.128.0.8" }));
  t.deepEqual(it.hosts(), [hosts("web", { store: "10.128.0.7", cart: "10.128.0.8" })]);
  await it.start(
    process("web", [
      "sh",
      "-c",
      "while :; do getent hosts store cart | tr '\\n' ' '; echo; sleep 0.02; done",
    ]),
  );
  const log = state.logFile("web", 0);
  await until("the first names", () => logOf(log).includes("fd00::7"));
  it.writeHosts(hosts("web", { store: "10.128.0.9" }));
  t.deepEqual(it.hosts(), [hosts("web", { store: "10.128.0.9" })]);
  await until("the second names", () => logOf(log).includes("fd00::9"));
  it.clearHosts("web");
  t.deepEqual(it.hosts(), []);
  await until("no names", () => logOf(log).trimEnd().endsWith("\n") || logOf(log).endsWith("\n\n"));
});

kernel("an end is told before it is noted", async (t) => {
  const { manager, process, state } = sandbox(t);
  const it = manager();
  const note = (): { readonly end?: unknown } => JSON.parse(readFileSync(state.processFile("a", 0), "utf8"));
  const seen: unknown[] = [];
  it.onExit(() => seen.push(note().end));
  const { pid } = await it.start(process("a", ["sleep", "60"]));
  globalThis.process.kill(pid, "SIGKILL");
  await until("its end is told", () => seen.length === 1, 60_000);
  t.deepEqual(seen, [undefined], "connections go to it until whoever is told has done something about it");
  t.deepEqual(note().end, { code: null, signal: "SIGKILL" });
});

kernel("an end is seen at once, with its cause, and what it left behind ends too", async (t) => {
  const { manager, process } = sandbox(t);
  const it = manager();
  const seen: unknown[] = [];
  it.onExit(({ key, code, signal }) => seen.push({ key, code, signal }));
  await it.start(process("a", ["sh", "-c", "setsid sleep 61 & exit 3"]));
  await until("a ends", () => seen.length === 1);
  t.deepEqual(seen, [{ key: processKey("a", 0), code: 3, signal: null }]);
  const b = await it.start(process("b", ["sleep", "60"]));
  const before = performance.now();
  globalThis.process.kill(b.pid, "SIGKILL");
  await until("b ends", () => seen.length === 2);
  t.log(`seen after ${(performance.now() - before).toFixed(1)} ms`);
  t.deepEqual(seen[1], { key: processKey("b", 0), code: null, signal: "SIGKILL" });
  t.deepEqual([...it.running()], []);
  const again = await it.start(process("a", ["sleep", "62"]));
  t.is([...it.running().values()].map(({ pid }) => pid).join(), String(again.pid));
});

kernel("stopping asks first, then kills, and leaves nobody in the namespace", async (t) => {
  const { manager, process, state } = sandbox(t, 300);
  const it = manager();
  it.onExit(() => t.fail("a stop is no exit"));
  const polite = process("polite", [
    "sh",
    "-c",
    "trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.01; done",
  ]);
  const stubborn = process("stubborn", [
    "sh",
    "-c",
    "trap '' TERM; setsid sh -c 'trap \"\" TERM; exec sleep 63' & echo up; sleep 64; sleep 64",
  ]);
  const [p, s] = [await it.start(polite), await it.start(stubborn)];
  await until(
    "both are up",
    () => logOf(state.logFile("polite", 0)) === "up\n" && logOf(state.logFile("stubborn", 0)) === "up\n",
  );
  await Promise.all([it.stop(polite), it.stop(stubborn)]);
  t.regex(logOf(state.logFile("polite", 0)), /^up\n(Terminated\n)?bye\n$/);
  t.false(isAlive(p.pid, p.startTime) || isAlive(s.pid, s.startTime));
  t.deepEqual([...it.running()], []);
  await t.notThrowsAsync(it.stop(polite), "stopping what is stopped");
});

kernel("what lives in a namespace that lost its name ends before the next artifact starts", async (t) => {
  const { manager, process } = sandbox(t);
  const [it, other] = [manager(), manager()];
  it.onExit(() => t.fail("it is ended by us"));
  const wanted = process("a", ["sh", "-c", "sleep 75 & exec sleep 75"]);
  for (const who of [it, other]) {
    const lost = await who.start(wanted);
    deleteNamespace(wanted.netns);
    if (who === other) t.deepEqual([...other.running()], [], "it is no artifact of any instance");
    createNamespace(wanted.netns);
    const next = await who.start(wanted);
    t.false(isAlive(lost.pid, lost.startTime));
    t.deepEqual(
      [...manager().running().values()].map(({ pid }) => pid),
      [next.pid],
    );
    await who.stop(wanted);
  }
});

kernel("an artifact that runs is not started again", async (t) => {
  const { manager, process } = sandbox(t);
  const it = manager();
  const { pid } = await it.start(process("a", ["sleep", "76"]));
  const error = await t.throwsAsync(it.start(process("a", ["sleep", "76"])));
  t.regex(error?.message ?? "", new RegExp(`runs already, as process ${pid} \\(EBUSY\\)$`));
  t.is(it.running().size, 1);
});

kernel("a child that made itself a network of its own ends with the others", async (t) => {
  const { manager, process, state } = sandbox(t, 300);
  const it = manager();
  const script = "unshare -Urn sh -c 'echo $$; readlink /proc/self/ns/net; exec sleep 74' & wait";
  const wanted = process("a", ["sh", "-c", script]);
  await it.start(wanted);
  const log = state.logFile("a", 0);
  await until("the child is out", () => logOf(log).includes("net:"));
  const [inner, network] = logOf(log).trim().split("\n");
  t.not(network, `net:[${namespaceInode(wanted.netns)}]`);
  const pid = outside(it.running().get(processKey("a", 0))!.init!.pid, Number(inner));
  const { startTime } = readStat(pid)!;
  await it.stop(wanted);
  t.false(isAlive(pid, startTime));
});

kernel("a command that cannot be run is an error with its name, and nothing is there", async (t) => {
  const { manager, process, state, directory } = sandbox(t);
  const it = manager();
  const refused = async (argv: readonly string[], more = {}) =>
    (await t.throwsAsync(it.start(process("web", argv, more))))?.message ?? "";
  t.regex(await refused(["no-such-command"]), /^run "no-such-command": no such command in PATH \(ENOENT\)$/);
  t.regex(await refused(["./nothing"], { cwd: directory }), /there is no file .*\/nothing \(ENOENT\)$/);
  t.regex(await refused(["/etc/passwd"]), /\/etc\/passwd is not executable \(EACCES\)$/);
  t.regex(await refused(["true"], { cwd: "/no/such" }), /working directory \/no\/such does not exist/);
  t.regex(await refused(["a\0b"]), /zero byte/);
  t.regex(await refused(["true"], { netns: "no-such-netns" }), /no-such-netns/);
  t.deepEqual([...it.running()], []);
  t.false(existsSync(`${state.directory}/logs/web.0.log`));
});

kernel("the end of one that is not told of yet does not pass for that of its successor", async (t) => {
  const { manager, process } = sandbox(t);
  const it = manager();
  const told: number[] = [];
  it.onExit(({ pid }) => told.push(pid));
  const first = await it.start(process("web", ["true"]));
  // Nobody hears of its end before this has given way.
  while (isAlive(first.pid, first.startTime)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  const second = await it.start(process("web", ["sh", "-c", "sleep 0.2"]));
  await until("the second one's end is told", () => told.length > 0);
  t.deepEqual(told, [second.pid]);
});
