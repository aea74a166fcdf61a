/** Whoever is told to end is ours at that very moment. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { flock, LOCK_EX } from "../../../runtime/ffi/libc.ts";
import { createNamespace, deleteNamespace, namespaceInode } from "../../../runtime/namespaces.ts";
import { isOwn } from "../../../runtime/netns/marker.ts";
import { markersOf, markerVariables } from "../../../runtime/process/census.ts";
import { Endings } from "../../../runtime/process/ending.ts";
import { holdNamed, holdOf, isSpared } from "../../../runtime/process/held.ts";
import { ProcessKeeper } from "../../../runtime/process/keeper.ts";
import { descendants, isAlive, netnsInode, readStat } from "../../../runtime/process/proc.ts";
import { Warden } from "../../../runtime/process/warden.ts";
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
    const held = holdNamed(name)!;
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
  const keeper = it.keeper();
  const wanted = it.process("a", ["sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"]);
  const { pid } = await keeper.start(wanted);
  await sleep(100);
  const inode = netnsInode(pid)!;
  const before = holding(inode);
  const stopped = keeper.stop(wanted);
  deleteNamespace(wanted.netns);
  await sleep(50);
  t.is(holding(inode), before + 1);
  await stopped;
  t.is(holding(inode), before);
});

kernel("a process is found in the namespace that it is in, or not at all", async (t) => {
  const it = sandbox(t);
  const wanted = it.process("a", ["sleep", "601"]);
  const running = await it.keeper().start(wanted);
  const held = holdOf(running)!;
  t.true(held.inode === namespaceInode(wanted.netns));
  held.release();
  t.is(holdOf({ pid: running.pid, startTime: running.startTime - 1 }), null, "another one with its number");
});

kernel("nobody is ended in the network of the keeper, nor in that of the machine", async (t) => {
  const child = bystander(t);
  const own = holdOf({ pid: process.pid, startTime: readStat(process.pid)!.startTime })!;
  t.true(isSpared(own));
  const only = (pid: number): boolean => pid === child.pid;
  await new Endings(() => false).end({ _tag: "namespace", namespace: own, only }, "end", 0);
  t.true(lives(child));
});

kernel("nor in that of the machine's first process, where it is another", (t) => {
  const module = (name: string): string =>
    JSON.stringify(new URL(`../../../runtime/process/${name}.js`, import.meta.url).href);
  // In a container of its own the shell is the first process, and the script has a network of its own.
  const script = `
    import { holdOf, isSpared } from ${module("held")};
    import { Endings } from ${module("ending")};
    import { isAlive, readStat } from ${module("proc")};
    const { startTime } = readStat(1);
    const namespace = holdOf({ pid: 1, startTime });
    const own = holdOf({ pid: process.pid, startTime: readStat(process.pid).startTime });
    console.log(namespace.inode !== own.inode, isSpared(namespace), isSpared(own));
    const bystander = Number(process.argv[1]);
    const only = (pid) => pid === bystander;
    const born = readStat(bystander).startTime;
    await new Endings(() => false).end({ _tag: "namespace", namespace, only }, "end", 0);
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
  const keeper = new ProcessKeeper(it.state, {
    graceMs: 300,
    isOurs: (namespace) => isOwn(namespace, it.system),
  });
  t.teardown(() => keeper.close());
  await keeper.stop({ automaton: "a", index: 0, netns });
  t.deepEqual(await keeper.destroy(), []);
  t.true(lives(guest));
});

kernel("a system of the same name is not the same system: another user's, or a container's", async (t) => {
  const it = sandbox(t, 300);
  const markers = markerVariables(it.state, it.process("a", []));
  const users = bystander(t, ["sleep", "603"], { ...markers, ARCHITECT_STATE_ROOT: "/run/user/1/architect" });
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
  t.deepEqual(await it.keeper().destroy(), []);
  t.true(lives(users));
  t.true(isAlive(inner!.pid, inner!.startTime));
  t.false(lives(ours), "what has lost its namespace is found by its markers");
});

kernel("whoever bears the number that a warden had is no warden", async (t) => {
  const it = sandbox(t);
  const child = bystander(t);
  const file = it.state.wardenFile;
  writeFileSync(file, String(child.pid));
  const lock = openSync(file, "r+");
  flock(lock, LOCK_EX);
  const warden = new Warden(it.state);
  await warden.stop(new Endings(() => false));
  t.true(lives(child));
  closeSync(lock);

  warden.ensure();
  await until(
    "there is one",
    () => /^\d+$/.test(readFileSync(file, "utf8")) && readFileSync(file, "utf8") !== String(child.pid),
  );
  const pid = Number(readFileSync(file, "utf8"));
  const { startTime } = readStat(pid)!;
  await warden.stop(new Endings(() => false));
  t.false(isAlive(pid, startTime));
  t.true(lives(child));
});
