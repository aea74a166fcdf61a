import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import test from "ava";
import { createNamespace, namespaceInode } from "../../../runtime/namespaces.ts";
import { callersEnvironment, guestEnvironment } from "../../../runtime/process/guest-environment.ts";
import { netnsInode, readEnvironment } from "../../../runtime/process/proc.ts";
import { readRecord, removeRecord, writeRecord } from "../../../runtime/process/record.ts";
import { hostsKey } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, type Sandbox, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: enters namespaces
const guest = fileURLToPath(new URL("./guest.js", import.meta.url));

const isWhole = (pid: number): boolean => readEnvironment(pid)?.has("ARCHITECT_AUTOMATON") === true;

const command = (
  it: Sandbox,
  netns: string,
  pid: number | null,
  argv: readonly string[],
): readonly string[] => [
  guest,
  it.system,
  it.state.root,
  JSON.stringify({ automaton: "web", index: 0, netns, pid }),
  ...argv,
];

kernel(
  "a command runs in the instance, with its names and variables, and passes its exit code on",
  async (t) => {
    const it = sandbox(t);
    const manager = it.manager();
    manager.writeHosts({
      kind: "hosts",
      key: hostsKey("web"),
      automaton: "web",
      entries: [{ name: "store", addresses: ["fd00::7", "10.128.0.7"] }],
    });
    const wanted = it.process("web", ["sleep", "70"], { env: { STORE_HOST: "store" } });
    const { pid } = await manager.start(wanted);
    const script =
      "readlink /proc/self/ns/net; getent hosts store | cut -d' ' -f1; echo $STORE_HOST $ARCHITECT_SPEC $MINE; pwd; cat; exit 7";
    const result = spawnSync(process.execPath, command(it, wanted.netns, pid, ["sh", "-c", script]), {
      input: "typed",
      encoding: "utf8",
      cwd: it.directory,
      env: { ...process.env, MINE: "caller's" },
    });
    t.is(result.status, 7);
    t.is(result.stdout, `net:[${namespaceInode(wanted.netns)}]\nfd00::7\nstore\n/\ntyped`);
    t.is(result.stderr, "");
  },
);

kernel("a command finds its terminal by a name, also as another user", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  manager.writeHosts({ kind: "hosts", key: hostsKey("web"), automaton: "web", entries: [] });
  for (const user of [undefined, "nobody"]) {
    const wanted = it.process("web", ["sleep", "70"], user === undefined ? {} : { user });
    const { pid } = await manager.start(wanted);
    const words = [process.execPath, ...command(it, wanted.netns, pid, ["tty"])];
    const line = words.map((word) => `'${word}'`).join(" ");
    const { status, stdout } = spawnSync("script", ["-qec", line, "/dev/null"], { encoding: "utf8" });
    t.deepEqual([status, stdout.trim()], [0, "/dev/console"]);
    await manager.stop(wanted);
  }
});

kernel("it runs in a bare instance too, dies of signals, and ends when the instance does", async (t) => {
  const it = sandbox(t);
  const netns = `${it.system}.web.1`;
  createNamespace(netns);
  const killed = spawnSync(process.execPath, command(it, netns, null, ["sh", "-c", "kill -TERM $$"]));
  t.is(killed.signal, "SIGTERM");
  // An interactive shell takes the terminal it finds: in a session of its own it finds none of ours.
  const shell = spawn(process.execPath, command(it, netns, null, ["bash", "--norc", "-i"]), {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  await until("the shell is inside", () => netnsInode(shell.pid!) === namespaceInode(netns));
  const exited = once(shell, "exit");
  const before = performance.now();
  await it.manager().stop({ automaton: "web", index: 1, netns });
  await exited;
  t.true(performance.now() - before < 1500, "an interactive shell hears that it is hung up");
});

kernel("a command or instance that is not there is an error", (t) => {
  const it = sandbox(t);
  const netns = `${it.system}.web.2`;
  createNamespace(netns);
  const missing = spawnSync(process.execPath, command(it, netns, null, ["no-such"]), { encoding: "utf8" });
  t.is(missing.status, 99);
  t.regex(missing.stderr, /^run "no-such": no such command in PATH/);
  const nowhere = spawnSync(process.execPath, command(it, `${it.system}.x`, null, ["true"]), {
    encoding: "utf8",
  });
  t.is(nowhere.status, 99);
  t.regex(nowhere.stderr, /ENOENT/);
});

test("a guest gets the artifact's variables, but not what would make it pass for the artifact", (t) => {
  const artifact = new Map([
    ["STORE_HOST", "store"],
    ["ARCHITECT_SPEC", "x"],
    ["ARCHITECT_AUTOMATON", "web"],
    ["HOME", "/other"],
    ["TERM", "dumb"],
    ["PWD", "/elsewhere"],
  ]);
  const own = { HOME: "/mine", USER: "me", MINE: "x", TERM: "xterm", PWD: "/" };
  const theirs = { STORE_HOST: "store", ARCHITECT_AUTOMATON: "web", HOME: "/other", TERM: "xterm" };
  t.deepEqual(guestEnvironment(own, artifact, null), theirs);
  t.deepEqual(guestEnvironment(own, null, null), own);
  // It has written a title over the rest.
  const rest = new Map([["STORE_HOST", "store"]]);
  t.deepEqual(guestEnvironment(own, rest, null), { ...own, STORE_HOST: "store" });
  // Another user's command has nothing of the caller's but the terminal.
  const atStart = { PATH: "/bin", HOME: "/theirs" };
  t.deepEqual(guestEnvironment(own, artifact, atStart), theirs);
  t.deepEqual(guestEnvironment(own, rest, atStart), { ...atStart, STORE_HOST: "store", TERM: "xterm" });
  t.deepEqual(guestEnvironment(own, null, atStart), { ...atStart, TERM: "xterm" });
});

test("a guest with the caller's rights gets the caller's variables, and of the artifact's what cannot harm", (t) => {
  const promised = {
    PORT: "80",
    PORT_WEB: "80",
    MAIN_STORE_HOST: "main-store",
    MAIN_STORE_PORT: "6379",
    MAIN_STORE_ADDR: "main-store:6379",
  };
  const chosenByItsUser = {
    LD_PRELOAD: "/tmp/x.so",
    PATH: "/tmp",
    NODE_OPTIONS: "-r /tmp/x",
    BASH_ENV: "/tmp/x",
    ARCHITECT_RUNTIME: "/tmp/x",
    DOCKER_HOST: "tcp://evil",
    PORT_ADMIN: "80; reboot",
    KV_HOST: "evil",
    KV_PORT: "$(reboot)",
    KV_ADDR: "kv:1 evil",
  };
  const artifact = new Map(Object.entries({ ...promised, ...chosenByItsUser }));
  const own = { PATH: "/bin", MINE: "x", TERM: "xterm" };
  t.deepEqual(callersEnvironment(own, artifact, ["main-store", "kv"]), { ...own, ...promised });
  t.deepEqual(callersEnvironment(own, null, []), own);
});

kernel(
  "it runs as the instance's user, in its directory, unless it is to have the caller's rights",
  async (t) => {
    const it = sandbox(t);
    const wanted = it.process("web", ["sleep", "70"], {
      user: "nobody",
      cwd: "/usr",
      env: { GREETING: "hi" },
    });
    const { pid } = await it.manager().start(wanted);
    const script = 'id -u; id -G; pwd; echo "$GREETING $USER ${MINE-none}"';
    const run = (env: Readonly<Record<string, string>>): readonly string[] => {
      const result = spawnSync(process.execPath, command(it, wanted.netns, pid, ["sh", "-c", script]), {
        encoding: "utf8",
        cwd: it.directory,
        env: { ...process.env, USER: "caller", MINE: "caller's", ...env },
      });
      t.deepEqual([result.status, result.stderr], [0, ""]);
      return result.stdout.trimEnd().split("\n");
    };
    const id = (what: string, ...who: readonly string[]): string =>
      spawnSync("id", [what, ...who], { encoding: "utf8" }).stdout.trim();
    t.deepEqual(run({}), [id("-u", "nobody"), id("-G", "nobody"), "/usr", "hi nobody none"]);
    t.deepEqual(run({ AS_CALLER: "1" }), [id("-u"), id("-G"), "/usr", " caller caller's"]);
  },
);

kernel(
  "its user is the instance's, and the caller's secrets are not for it, whatever is noted",
  async (t) => {
    const it = sandbox(t);
    // A program that writes over what it was started with, as those do that show a title.
    const wanted = it.process("web", ["env", "-i", "sleep", "70"], { user: "nobody:daemon" });
    const { pid } = await it.manager().start(wanted);
    await until("it has written over its environment", () => !isWhole(pid));
    const script =
      'id -u; id -g; id -G; echo "$USER $HOME ${SECRET-none}"; tr "\\0" "\\n" < /proc/self/environ';
    const run = (on: number | null): readonly string[] => {
      const result = spawnSync(process.execPath, command(it, wanted.netns, on, ["sh", "-c", script]), {
        encoding: "utf8",
        env: { ...process.env, SECRET: "root's secret" },
      });
      t.deepEqual([result.status, result.stderr], [0, ""]);
      t.notRegex(result.stdout, /root's secret/);
      return result.stdout.split("\n").slice(0, 4);
    };
    const number = (what: string, who: string): string =>
      spawnSync("id", [what, who], { encoding: "utf8" }).stdout.trim();
    const home = spawnSync("getent", ["passwd", "nobody"], { encoding: "utf8" }).stdout.split(":")[5];
    const group = number("-g", "daemon");
    const theirs = [number("-u", "nobody"), group, group, `nobody ${home} none`];
    t.deepEqual(run(pid), theirs);
    t.deepEqual(run(null), theirs, "nothing runs there any more");
    const { identity, ...older } = readRecord(it.state, "web", 0)!;
    t.deepEqual(identity, { uid: Number(theirs[0]), gid: Number(group), groups: [Number(group)] });
    writeRecord(it.state, older);
    t.deepEqual(run(pid), theirs, "noted by an older version");
    removeRecord(it.state, "web", 0);
    t.deepEqual(run(pid), theirs, "not noted");
    writeRecord(it.state, { ...older, identity: identity! });
  },
);

kernel("where nothing runs any more a command is confined as the program was", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  const shared = `${it.directory}/shared`;
  mkdirSync(shared);
  writeFileSync(`${shared}/tool`, "#!/bin/sh\necho from the share; pwd\n", { mode: 0o755 });
  const wanted = it.process("web", ["./tool"], {
    cwd: "/srv-of-web",
    care: { restart: "never", probe: null },
    readOnly: true,
    shares: [{ source: shared, path: "/srv-of-web" }],
  });
  manager.writeHosts({ kind: "hosts", key: hostsKey("web"), automaton: "web", entries: [] });
  await manager.start(wanted);
  await until("it has ended", () => manager.running().size === 0, 60_000);
  const mark = `/var/${it.system}`;
  t.teardown(() => rmSync(mark, { force: true }));
  const run = (...argv: readonly string[]) =>
    spawnSync(process.execPath, command(it, wanted.netns, null, argv), { encoding: "utf8" });
  const tool = run("./tool");
  t.deepEqual([tool.stderr, tool.stdout], ["", "from the share\n/srv-of-web\n"]);
  const touched = run("sh", "-c", `touch ${mark}; touch made`);
  t.regex(touched.stderr, /Read-only file system/);
  t.false(existsSync(mark));
  t.true(existsSync(`${shared}/made`), "what is shared stays writable");
});
