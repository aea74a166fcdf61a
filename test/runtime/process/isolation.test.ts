/** Instances that know nothing of each other: neither their processes nor what they leave in common places. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { identify, isAlive, readStat } from "../../../runtime/process/proc.ts";
import { processKey } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, numbersIn, type Sandbox, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: enters namespaces

const logOf = (it: Sandbox, automaton: string): string => {
  const path = it.state.logFile(automaton, 0);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};

/** What a script prints that runs as the program of an instance, until it prints `done`. */
const printed = async (it: Sandbox, automaton: string, script: string, more = {}): Promise<string> => {
  await it.manager().start(it.process(automaton, ["sh", "-c", `${script}\necho done; exec sleep 80`], more));
  await until(`${automaton} is done`, () => logOf(it, automaton).endsWith("done\n"));
  return logOf(it, automaton).slice(0, -"done\n".length);
};

/** Unix sockets at places where others might look for them. */
const places = ["/tmp", "/var/tmp", "/dev/shm", "/run"].filter((place) => existsSync(place));
const socketIn = (place: string): string => `${place}/architect-test-${process.pid}.socket`;
const server = `
  const paths = ${JSON.stringify(places.map(socketIn))};
  let open = 0;
  for (const path of paths) require("node:net").createServer((socket) => socket.end("here")).listen(path, () => {
    if (++open === paths.length) console.log("done");
  });`;
const client = `
  const net = require("node:net");
  const paths = ${JSON.stringify(places.map(socketIn))};
  let left = paths.length;
  for (const path of paths) {
    const socket = net.connect(path);
    socket.on("error", (error) => console.log(path, error.code)).on("data", (data) => console.log(path, String(data)));
    socket.on("close", () => { if (--left === 0) console.log("done"); });
  }`;

kernel(
  "no instance meets another's sockets where programs leave them, and none is left on the machine",
  async (t) => {
    const it = sandbox(t);
    await it.manager().start(it.process("a", ["node", "-e", server]));
    await until("it listens", () => logOf(it, "a") === "done\n");
    await it.manager().start(it.process("b", ["node", "-e", `${client}; setInterval(() => {}, 1e6)`]));
    await until("b has tried", () => logOf(it, "b").endsWith("done\n"));
    const lines = logOf(it, "b").trimEnd().split("\n").slice(0, -1).sort();
    t.deepEqual(lines, places.map((place) => `${socketIn(place)} ENOENT`).sort());
    for (const place of places) t.false(existsSync(socketIn(place)));
  },
);

kernel("an instance sees its own processes, and cannot signal others", async (t) => {
  const it = sandbox(t);
  const a = await it.manager().start(it.process("a", ["sleep", "81"], { env: { SECRET: "hidden" } }));
  const seen = await printed(
    it,
    "b",
    `ls /proc | grep -c '^[0-9]'; grep -l SECRET=hidden /proc/[0-9]*/environ 2>/dev/null
     kill -0 ${a.pid} 2>/dev/null && echo it is there; kill -9 -1 2>/dev/null; echo $$; tr '\\0' ' ' < /proc/1/cmdline`,
  );
  const [processes, own, init] = seen.split("\n");
  t.true(Number(processes) <= 5, `${processes} processes are seen`);
  t.is(own, "2", "it is not the first process, which ignores signals");
  t.regex(init ?? "", /^sleep /);
  t.true(isAlive(a.pid, a.startTime));
});

kernel("shared memory and message queues are an instance's own", async (t) => {
  const it = sandbox(t);
  const count = "for kind in shm sem msg; do tail -n +2 /proc/sysvipc/$kind | wc -l; done";
  t.is(await printed(it, "a", `ipcmk -M 4096 -S 2 -Q > /dev/null; ${count}`), "1\n1\n1\n");
  t.is(await printed(it, "b", count), "0\n0\n0\n");
});

kernel("what a program is started with is there in a private place, and nothing else of it", async (t) => {
  const it = sandbox(t);
  const other = mkdtempSync("/var/tmp/architect-other-");
  t.teardown(() => rmSync(other, { recursive: true }));
  writeFileSync(`${other}/named`, "named\n");
  writeFileSync(`${it.directory}/beside`, "beside\n");
  const entry = it.directory.split("/").slice(0, 3).join("/");
  const script = `cat beside "$0" "$FILE"; echo kept > made; ls -d /tmp/* /var/tmp/* | tr '\\n' ' '; pwd`;
  await it.manager().start(
    it.process("a", ["sh", "-c", `${script}; echo done; exec sleep 82`, `${other}/named`], {
      cwd: it.directory,
      env: { FILE: `${other}/named` },
    }),
  );
  await until("it is done", () => logOf(it, "a").endsWith("done\n"));
  t.is(logOf(it, "a"), `beside\nnamed\nnamed\n${entry} ${other} ${it.directory}\ndone\n`);
  t.is(readFileSync(`${it.directory}/made`, "utf8"), "kept\n");
});

kernel("a private place is empty at every start", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  const wanted = it.process("a", [
    "sh",
    "-c",
    "ls /tmp /dev/shm | wc -w; touch /tmp/mark /dev/shm/mark /run/mark",
  ]);
  let ends = 0;
  manager.onExit(() => ends++);
  for (const round of [1, 2]) {
    await manager.start(wanted);
    await until("it ends", () => ends === round);
  }
  t.is(logOf(it, "a"), "2\n2\n");
  t.false(existsSync("/run/mark"));
});

kernel("orphans are waited for, and signals end a program as anywhere", async (t) => {
  const it = sandbox(t, 60_000);
  const manager = it.manager();
  const wanted = it.process("a", ["sh", "-c", "for i in 1 2 3; do (true &) ; done; exec sleep 83"]);
  const { pid } = await manager.start(wanted);
  await until("it sleeps", () => readFileSync(`/proc/${pid}/comm`, "utf8") === "sleep\n");
  const { init } = manager.running().get(wanted.key)!;
  const proc = `/proc/${init!.pid}/root/proc`;
  await until(
    "nobody else is there",
    () => readdirSync(proc).filter((name) => /^\d+$/.test(name)).length === 2,
  );
  const before = performance.now();
  await manager.stop(wanted);
  t.true(performance.now() - before < 30_000, "SIGTERM was enough");
  t.is(readStat(init!.pid), null, "and its first process is gone, and waited for");
});

/** A process that has left session, group, environment, network and user, and is deaf. */
const hiding = `setsid env -i unshare -Unp --fork sh -c "trap '' TERM HUP INT; while :; do sleep 0.05; done" & echo up`;

const hidden = async (t: ExecutionContext, it: Sandbox): Promise<() => readonly number[]> => {
  const manager = it.manager();
  await manager.start(it.process("a", ["sh", "-c", `${hiding}; wait`]));
  await until("it hides", () => logOf(it, "a") === "up\n");
  const { init } = manager.running().get(processKey("a", 0))!;
  // The shell, unshare, the first process of its own namespace, and whatever that sleeps in.
  await until("and its children", () => numbersIn(init!.pid).size >= 3);
  const born = [...numbersIn(init!.pid).values(), init!.pid].flatMap((pid) => identify(pid) ?? []);
  t.true(born.length >= 4);
  return () => born.filter(({ pid, startTime }) => isAlive(pid, startTime)).map(({ pid }) => pid);
};

kernel("a process that hides ends with its instance", async (t) => {
  const it = sandbox(t, 300);
  const left = await hidden(t, it);
  await it.manager().stop({ automaton: "a", index: 0, netns: `${it.system}.a.0` });
  t.deepEqual(left(), []);
});

kernel("and with the program that left it, before the next one starts", async (t) => {
  const it = sandbox(t, 300);
  const left = await hidden(t, it);
  const manager = it.manager();
  let ends = 0;
  manager.onExit(() => ends++);
  process.kill(manager.running().get(processKey("a", 0))!.pid, "SIGKILL");
  await until("it ends", () => ends === 1);
  await manager.start(it.process("a", ["sleep", "84"]));
  t.deepEqual(left(), []);
});

kernel("and with the system, where nobody knew of it", async (t) => {
  const it = sandbox(t, 300);
  const left = await hidden(t, it);
  t.deepEqual(await it.manager().destroy(), []);
  t.deepEqual(left(), []);
});
