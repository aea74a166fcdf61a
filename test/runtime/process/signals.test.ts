/** Whoever is told to end is ours at that very moment. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { flock, LOCK_EX } from "../../../runtime/ffi/libc.ts";
import { createNamespace, deleteNamespace, namespaceInode } from "../../../runtime/namespaces.ts";
import { isOwn } from "../../../runtime/netns/marker.ts";
import { targetsIn } from "../../../runtime/process/instance-targets.ts";
import { networkTarget } from "../../../runtime/process/kill-target.ts";
import { LogWriter } from "../../../runtime/process/log/writer-client.ts";
import { findWriter } from "../../../runtime/process/log/writer-lock.ts";
import { isProtected, openNamed, openNetworkOf } from "../../../runtime/process/namespace-reference.ts";
import { descendants, identify, isAlive, netnsInode, readStat } from "../../../runtime/process/proc.ts";
import { ProcessIndex } from "../../../runtime/process/process-index.ts";
import { ProcessManager } from "../../../runtime/process/process-manager.ts";
import { markersOf, markerVariables } from "../../../runtime/process/process-scan.ts";
import { Terminator } from "../../../runtime/process/terminator.ts";
import { until } from "../../until.ts";
import { isRoot, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: makes namespaces

/** Somebody who has nothing to do with any system, and should live. */
const bystander = (
  t: ExecutionContext,
  command: readonly string[] = ["sleep", "600"],
  env: NodeJS.ProcessEnv = {},
): ChildProcess => {
  const [program = "", ...words] = command;
  const child = spawn(program, words, { stdio: "ignore", env: { PATH: process.env.PATH, ...env } });
  t.teardown(() => child.kill("SIGKILL"));
  return child;
};

/** A child that has ended and was not waited for yet keeps its number. */
const lives = ({ pid }: ChildProcess): boolean => {
  const stat = readStat(pid!);
  return stat !== null && isAlive(pid!, stat.startTime);
};

/** How many descriptors of this process are open on the namespace of a number. */
const holding = (inode: number): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return fstatSync(Number(fd)).ino === inode;
    } catch {
      return false; // the one that lists them
    }
  }).length;

kernel(
  "the number of a namespace is nobody else's while it is held, and may be as soon as it is not",
  (t) => {
    const name = `t${process.pid}held.a.0`;
    /** Makes a namespace that goes at once; its number. */
    const fleeting = (): number => {
      createNamespace(name);
      const inode = namespaceInode(name)!;
      deleteNamespace(name);
      return inode;
    };
    createNamespace(name);
    const held = openNamed(name)!;
    t.true(held.inode === namespaceInode(name));
    deleteNamespace(name);
    const numbers = Array.from({ length: 400 }, fleeting);
    t.false(numbers.includes(held.inode));
    held.release();
    t.true(new Set(numbers).size < numbers.length, "this kernel gives numbers out again");
  },
);

kernel("whoever is to end in a namespace, it is held until the last one has", async (t) => {
  const it = sandbox(t, 300);
  const manager = it.manager();
  const wanted = it.process("a", ["sleep", "600"]);
  await manager.start(wanted);
  const deaf = "trap '' TERM HUP; while :; do sleep 0.05; done";
  const guest = bystander(t, ["ip", "netns", "exec", wanted.netns, "sh", "-c", deaf]);
  await until("it is inside", () => netnsInode(guest.pid!) === namespaceInode(wanted.netns));
  await sleep(100);
  const inode = netnsInode(guest.pid!)!;
  const before = holding(inode);
  const stopped = manager.stop(wanted);
  deleteNamespace(wanted.netns);
  await sleep(50);
  t.is(holding(inode), before + 1);
  await stopped;
  t.is(holding(inode), before);
});

kernel("what lives in a namespace that ends is told once, whatever else it is known by", async (t) => {
  const it = sandbox(t);
  const wanted = it.process("a", ["sleep", "607"]);
  const manager = it.manager();
  const inside = await manager.start(wanted);
  const { init } = manager.running().get(wanted.key)!;
  const guest = bystander(t, ["ip", "netns", "exec", wanted.netns, "sleep", "608"]);
  await until("it is inside", () => netnsInode(guest.pid!) === namespaceInode(wanted.netns));
  const outside = identify(bystander(t).pid!)!;
  const twice = [openNamed(wanted.netns)!, null, openNetworkOf(inside)!] as const;
  const others = [inside, identify(guest.pid!)!, outside];
  const targets = targetsIn({ inits: [init!, init!], namespaces: twice, others }, () => false);
  t.throws(() => fstatSync(twice[2].fd), { code: "EBADF" }, "the second hold of it is released");
  const index = new ProcessIndex();
  const named = targets.map((target) => target.victims(index, false).map(({ id }) => id.split(" ")[0]));
  t.deepEqual(named, [[`/proc/${init!.pid}/root/proc/2`], [String(guest.pid)], [String(outside.pid)]]);
  for (const target of targets) target.release();
});

kernel("what a program started hears of its end once", async (t) => {
  const it = sandbox(t, 500);
  const heard = `${it.directory}/heard`;
  const script = `
    const { appendFileSync } = require("node:fs");
    process.on("SIGTERM", () => appendFileSync(${JSON.stringify(heard)}, "TERM\\n"));
    process.on("SIGHUP", () => appendFileSync(${JSON.stringify(heard)}, "HUP\\n"));
    appendFileSync(${JSON.stringify(heard)}, "ready\\n");
    setInterval(() => {}, 1000);`;
  const wanted = it.process("a", ["sh", "-c", `${process.execPath} -e "$0" & wait`, script], {
    cwd: it.directory,
    env: { PATH: process.env.PATH! },
  });
  const manager = it.manager();
  await manager.start(wanted);
  await until("its child is ready", () => existsSync(heard) && readFileSync(heard, "utf8") === "ready\n");
  await manager.stop(wanted);
  t.is(readFileSync(heard, "utf8"), "ready\nTERM\n");
});

kernel("a process is found in the namespace that it is in, or not at all", async (t) => {
  const it = sandbox(t);
  const wanted = it.process("a", ["sleep", "601"]);
  const running = await it.manager().start(wanted);
  const held = openNetworkOf(running)!;
  t.true(held.inode === namespaceInode(wanted.netns));
  held.release();
  t.is(
    openNetworkOf({ pid: running.pid, startTime: running.startTime - 1 }),
    null,
    "another one with its number",
  );
});

kernel("nobody is ended in the network of the manager, nor in that of the machine", async (t) => {
  const child = bystander(t);
  const own = openNetworkOf({ pid: process.pid, startTime: readStat(process.pid)!.startTime })!;
  t.true(isProtected(own));
  const only = (pid: number): boolean => pid === child.pid;
  await new Terminator().end(
    networkTarget(own, () => false, only),
    "end",
    0,
  );
  t.true(lives(child));
});

kernel("nor in that of the machine's first process, where it is another", (t) => {
  const module = (name: string): string =>
    JSON.stringify(new URL(`../../../runtime/process/${name}.js`, import.meta.url).href);
  // In a container of its own the shell is the first process, and the script has a network of its own.
  const script = `
    import { openNetworkOf, isProtected } from ${module("namespace-reference")};
    import { networkTarget } from ${module("kill-target")};
    import { Terminator } from ${module("terminator")};
    import { isAlive, readStat } from ${module("proc")};
    const { startTime } = readStat(1);
    const namespace = openNetworkOf({ pid: 1, startTime });
    const own = openNetworkOf({ pid: process.pid, startTime: readStat(process.pid).startTime });
    console.log(namespace.inode !== own.inode, isProtected(namespace), isProtected(own));
    const bystander = Number(process.argv[1]);
    const only = (pid) => pid === bystander;
    const born = readStat(bystander).startTime;
    await new Terminator().end(networkTarget(namespace, () => false, only), "end", 0);
    console.log(isAlive(bystander, born));`;
  const shell = 'sleep 606 & unshare -n "$0" --input-type=module -e "$1" $!; kill $!';
  const { stdout, stderr } = spawnSync(
    "unshare",
    ["-pf", "--mount-proc", "sh", "-c", shell, process.execPath, script],
    { encoding: "utf8" },
  );
  t.is(stdout, "true true true\ntrue\n", stderr);
});

kernel("in a namespace that somebody else gave a name of the system, nobody is ended", async (t) => {
  const it = sandbox(t, 300);
  const netns = `${it.system}.a.0`;
  createNamespace(netns);
  const guest = bystander(t, ["ip", "netns", "exec", netns, "sleep", "602"]);
  await until("it is inside", () => netnsInode(guest.pid!) === namespaceInode(netns));
  const manager = new ProcessManager(it.state, {
    graceMs: 300,
    isOurs: (namespace) => isOwn(namespace, it.state),
  });
  t.teardown(() => manager.close());
  await manager.stop({ automaton: "a", index: 0, netns });
  t.deepEqual(await manager.destroy(), []);
  t.true(lives(guest));
});

kernel("a system of the same name is not the same system: another user's, or a container's", async (t) => {
  const it = sandbox(t, 300);
  const markers = markerVariables(it.state, it.process("a", []));
  const users = bystander(t, ["sleep", "603"], { ...markers, ARCHITECT_OWNER: "another0" });
  // Its first process is in both; only what that starts is in the container.
  const runtime = bystander(t, [
    "unshare",
    "-pf",
    "env",
    ...Object.entries(markers).map((pair) => pair.join("=")),
    "sleep",
    "604",
  ]);
  const inContainer = () => descendants({ pid: runtime.pid!, startTime: readStat(runtime.pid!)!.startTime });
  await until("the container is up", () => markersOf(inContainer()[0]?.pid ?? 0, it.state) !== null);
  const [inner] = inContainer();
  const ours = bystander(t, ["sleep", "605"], markers);
  t.deepEqual(await it.manager().destroy(), []);
  t.true(lives(users));
  t.true(isAlive(inner!.pid, inner!.startTime));
  t.false(lives(ours), "what has lost its namespace is found by its markers");
});

kernel("a process that has the pid of an earlier log writer is none", async (t) => {
  const it = sandbox(t);
  const child = bystander(t);
  void it.state.logs;
  const file = it.state.logWriterLock;
  writeFileSync(file, String(child.pid));
  const lock = openSync(file, "r+");
  flock(lock, LOCK_EX);
  const writer = (): LogWriter => new LogWriter(it.state, () => []);
  await writer().stop(new Terminator());
  t.true(lives(child));
  closeSync(lock);

  const client = writer();
  client.ensure();
  await until("there is one", () => (findWriter(file)?.pid ?? child.pid) !== child.pid);
  const { pid, startTime } = findWriter(file)!;
  await client.stop(new Terminator());
  t.false(isAlive(pid, startTime));
  t.true(lives(child));
});
