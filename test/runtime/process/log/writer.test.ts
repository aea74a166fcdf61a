/** The log writer of a system, with real programs: what they write stands in their logs, whatever ends meanwhile. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { findWriter } from "../../../../runtime/process/log/writer-lock.ts";
import { type Identity, isAlive, openFiles, readStat } from "../../../../runtime/process/proc.ts";
import type { SystemState } from "../../../../runtime/process/state.ts";
import { processKey } from "../../../../src/core/resource.ts";
import { sweep } from "../../../sweep.ts";
import { until as untilWithin } from "../../../until.ts";
import { isRoot, type Sandbox, sandbox } from "../sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: enters namespaces

/** On a machine with much else to do, a process may wait for its turn for a long time. */
const until = (what: string | (() => string), condition: () => boolean): Promise<void> =>
  untilWithin(what, condition, 60_000);

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

const writerOf = async (state: SystemState): Promise<Identity> => {
  await until("there is a log writer", () => findWriter(state.logWriterLock) !== null);
  return findWriter(state.logWriterLock)!;
};

/** How often the threads of a process have gone to sleep: each time it had been woken. */
const sleeps = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => textOf(`/proc/${pid}/task/${thread}/status`))
    .reduce((sum, status) => sum + Number(/^voluntary_ctxt_switches:\t(\d+)$/m.exec(status)?.[1] ?? 0), 0);

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
};

/** Makes files until a small file system takes no more. */
const fillWithFiles = (directory: string): string[] => {
  const files: string[] = [];
  for (;;) {
    const file = `${directory}/fill${files.length}`;
    try {
      writeFileSync(file, "");
    } catch {
      return files;
    }
    files.push(file);
  }
};

const start = (it: Sandbox, automaton: string, script: string) =>
  it.manager().start(it.process(automaton, ["sh", "-c", script]));

kernel("a flood is slowed, and its log never takes more than its limit", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  const ends: (number | null)[] = [];
  manager.onExit(({ code }) => ends.push(code));
  await manager.start(
    it.process("a", ["sh", "-c", "yes 'a line of some forty characters, so it is' | head -c 400000000"]),
  );
  const path = it.state.logFile("a", 0);
  let largest = 0;
  await until("it has written all", () => {
    largest = Math.max(largest, statSync(path).blocks * 512);
    return ends.length > 0;
  });
  t.deepEqual(ends, [0]);
  t.is(await manager.flushLog("a", 0), 400_000_000);
  largest = Math.max(largest, statSync(path).blocks * 512);
  t.true(largest <= (8 << 20) + (64 << 10), `${largest} bytes at most`);
  t.true(largest > 4 << 20);
});

kernel("a flood holds up no other program's lines", async (t) => {
  const it = sandbox(t);
  await start(it, "flood", "exec yes");
  await start(it, "calm", "i=0; while [ $i -lt 100 ]; do echo $i; i=$((i + 1)); done; exec sleep 60");
  const flood = it.state.logFile("flood", 0);
  const before = statSync(flood).size;
  await until("all its lines are there", () => textOf(it.state.logFile("calm", 0)).endsWith("99\n"));
  await until("the flood goes on", () => statSync(flood).size > before);
  t.is(textOf(it.state.logFile("calm", 0)).split("\n").length, 101);
});

kernel("with nothing to write, nothing wakes the log writer", async (t) => {
  const it = sandbox(t);
  await start(it, "a", "echo up; exec sleep 60");
  await until("it is up", () => textOf(it.state.logFile("a", 0)) === "up\n");
  const { pid } = await writerOf(it.state);
  const counts = [sleeps(pid)];
  // Node cleans up for some seconds after it has started.
  while (counts.length < 30 && counts.at(-1) !== counts.at(-2)) {
    await sleep(2_000);
    counts.push(sleeps(pid));
  }
  t.is(counts.at(-1), counts.at(-2), `woken up in every two seconds: ${counts}`);
});

kernel("it outlives the orchestrator, and goes with the system", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  await manager.start(it.process("a", ["sh", "-c", "trap 'echo bye; exit' TERM; echo up; sleep 72 & wait"]));
  const { pid, startTime } = await writerOf(it.state);
  await manager.close();
  await until("it is up", () => textOf(it.state.logFile("a", 0)) === "up\n");
  t.true(isAlive(pid, startTime));
  const next = it.manager();
  next.running();
  await next.stop({ automaton: "a", index: 0, netns: `${it.system}.a.0` });
  t.regex(textOf(it.state.logFile("a", 0)), /^up\n(Terminated\n)?bye\n$/, "and its last words are there");
  t.deepEqual(await it.manager().destroy(), []);
  t.false(isAlive(pid, startTime));
});

kernel("where it is killed nothing is lost, and no program ends: another one goes on", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  const ends: unknown[] = [];
  manager.onExit((event) => ends.push(event));
  await manager.start(
    it.process("a", [
      "sh",
      "-c",
      "i=0; while [ $i -lt 100 ]; do seq $((i * 10000)) $((i * 10000 + 9999)); i=$((i + 1)); done; exec sleep 60",
    ]),
  );
  const path = it.state.logFile("a", 0);
  let kills = 0;
  for (let size = 0; kills < 5 && size < 6_000_000; ) {
    const { pid, startTime } = await writerOf(it.state);
    // In the middle of its work: what it has read must not die with it.
    await until("it writes", () => statSync(path).size > size + 50_000);
    process.kill(pid, "SIGKILL");
    await until("it is gone", () => !isAlive(pid, startTime));
    size = statSync(path).size;
    kills++;
  }
  await until("all is written", () => textOf(path).endsWith("999999\n"));
  const expected = Array.from({ length: 1_000_000 }, (_, line) => `${line}\n`).join("");
  t.log(`killed ${kills} times`);
  t.true(textOf(path) === expected, "each line once, in order");
  t.deepEqual(ends, []);
});

kernel("without an orchestrator it is started again all the same", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  await manager.start(it.process("a", ["sh", "-c", "while sleep 0.05; do echo line; done"]));
  await manager.close();
  const { pid, startTime } = await writerOf(it.state);
  process.kill(pid, "SIGKILL");
  await until("it is gone", () => !isAlive(pid, startTime));
  const before = textOf(it.state.logFile("a", 0)).length;
  await until("the next one writes", () => textOf(it.state.logFile("a", 0)).length > before);
  t.not((await writerOf(it.state)).pid, pid);
});

kernel("where the system's directory is removed the logs go on in a new one", async (t) => {
  const it = sandbox(t);
  await start(it, "a", "while sleep 0.05; do echo line; done");
  await until("it writes", () => textOf(it.state.logFile("a", 0)) !== "");
  const { pid } = await writerOf(it.state);
  sweep(it.state.directory);
  await until("it writes again", () => textOf(it.state.logFile("a", 0)) !== "");
  t.is((await writerOf(it.state)).pid, pid);
});

kernel("so it is on a full disk, as soon as there is room: it does not end meanwhile", async (t) => {
  const it = sandbox(t);
  mkdirSync(it.state.root);
  execFileSync("mount", ["-t", "tmpfs", "-o", "mode=700,size=256k,nr_inodes=100", "tmpfs", it.state.root]);
  t.teardown(async () => {
    await it.manager().destroy(); // the log writer is found by its lock
    execFileSync("umount", ["-l", it.state.root]);
  });
  await start(it, "a", "while sleep 0.05; do echo line; done");
  const path = it.state.logFile("a", 0);
  await until("it writes", () => textOf(path) !== "");
  const { pid, startTime } = await writerOf(it.state);
  const holdsRemoved = (): boolean =>
    openFiles(pid).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`).endsWith("(deleted)"));
  sweep(it.state.directory);
  const files = fillWithFiles(it.state.root);
  // Room for the directory of the system, and for nothing in it.
  rmSync(files.pop()!);
  await until("it tries", () => existsSync(it.state.directory));
  t.is(textOf(path), "");
  t.true(holdsRemoved(), "what was removed gives no room to others");
  for (const file of files) rmSync(file);
  await until("it writes again", () => textOf(path).endsWith("line\n"));
  t.deepEqual(await writerOf(it.state), { pid, startTime });
  await until("it has closed what was removed", () => !holdsRemoved());
});

kernel("a log that cannot be made holds up no other, and is made as soon as it can be", async (t) => {
  const it = sandbox(t);
  for (const name of ["a", "b"]) await start(it, name, "while sleep 0.05; do echo line; done");
  const [a, b] = [it.state.logFile("a", 0), it.state.logFile("b", 0)];
  const { pid } = await writerOf(it.state);
  process.kill(pid, "SIGSTOP");
  rmSync(a, { force: true });
  mkdirSync(a);
  process.kill(pid, "SIGKILL");
  await until("there is another", () => (findWriter(it.state.logWriterLock)?.pid ?? pid) !== pid);
  const next = await writerOf(it.state);
  const { size } = statSync(b);
  await until("it writes the other log", () => statSync(b).size > size);
  t.true(statSync(a).isDirectory());
  rmdirSync(a);
  await until("it writes this one too", () => textOf(a).endsWith("line\n"));
  t.deepEqual(await writerOf(it.state), next, "it did not end meanwhile");
});

kernel("a program that ends at once has all its output in its log", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  const ends: number[] = [];
  manager.onExit(({ pid }) => ends.push(pid));
  const wanted = it.process("a", ["sh", "-c", "head -c 60000 /dev/zero | tr '\\0' x; echo; echo end"]);
  let expected = "";
  for (let round = 1; round <= 10; round++) {
    await manager.start(wanted);
    await until("it has ended", () => ends.length === round);
    const length = await manager.flushLog("a", 0);
    expected += `${"x".repeat(60_000)}\nend\n`;
    t.is(length, expected.length);
    t.true(textOf(it.state.logFile("a", 0)) === expected, `round ${round}`);
  }
});

kernel("a program opens its output anew, also as another user", async (t) => {
  const it = sandbox(t);
  await start(
    it,
    "a",
    `echo one > /dev/stdout; echo two >> /proc/self/fd/2
     setpriv --reuid=65534 --regid=65534 --clear-groups sh -c 'id -u; echo three > /dev/stdout; echo four > /dev/stderr'
     exec sleep 60`,
  );
  const path = it.state.logFile("a", 0);
  await until("it has told", () => textOf(path).split("\n").length > 5);
  t.is(textOf(path), "one\ntwo\n65534\nthree\nfour\n");
  t.is(statSync(path).mode & 0o777, 0o600);
});

kernel("the one that runs is watched by no more than a shell", async (t) => {
  const it = sandbox(t);
  const { pid } = await start(it, "a", "exec sleep 60");
  const writer = await writerOf(it.state);
  t.is(textOf(`/proc/${readStat(writer.pid)!.parent}/comm`), "sh\n");
  t.deepEqual([...it.manager().running().keys()], [processKey("a", 0)]);
  t.true(isAlive(pid, readStat(pid)!.startTime));
});

const nginx = isRoot && existsSync("/usr/sbin/nginx") ? test : test.skip;

for (const user of ["root", "nobody"])
  nginx(`nginx that ${user} starts logs to /dev/stdout and /dev/stderr`, async (t) => {
    const it = sandbox(t);
    // The workers of one that root starts are another user's.
    writeFileSync(
      `${it.directory}/nginx.conf`,
      `daemon off; error_log /dev/stderr info; pid /tmp/nginx.pid;
       events {}
       http {
         access_log /dev/stdout;
         client_body_temp_path /tmp/a; proxy_temp_path /tmp/b; fastcgi_temp_path /tmp/c; uwsgi_temp_path /tmp/d; scgi_temp_path /tmp/e;
         server { listen unix:/tmp/nginx.socket; location / { return 200 well; } }
       }`,
    );
    chmodSync(it.directory, 0o755);
    const as = user === "root" ? "" : "setpriv --reuid=65534 --regid=65534 --clear-groups ";
    const ask = "curl -s --unix-socket /tmp/nginx.socket http://web";
    const script = `{ until ${ask}/asked; do sleep 0.05; done; kill -USR1 $$; until ${ask}/again; do sleep 0.05; done; } &
      exec ${as}nginx -c ${it.directory}/nginx.conf`;
    await it.manager().start(it.process("web", ["sh", "-c", script]));
    const log = (): string => textOf(it.state.logFile("web", 0));
    await until(log, () => log().includes("GET /again"));
    t.regex(log(), /"GET \/asked HTTP\/1.1" 200 4/);
    t.notRegex(log(), /\[(emerg|alert|crit)\]/);
  });

kernel("a program that prints much when the system is removed ends by itself", async (t) => {
  const it = sandbox(t, 60_000);
  const script = "trap 'head -c 2000000 /dev/zero; exit' TERM; echo up; while :; do sleep 0.05; done";
  await start(it, "a", script);
  await until("it is up", () => textOf(it.state.logFile("a", 0)) === "up\n");
  const before = performance.now();
  t.deepEqual(await it.manager().destroy(), []);
  t.true(performance.now() - before < 50_000, "it did not wait for a writer until it was killed");
});
