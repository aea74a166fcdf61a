import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import test from "ava";
import { createNamespace, namespaceInode } from "../../../runtime/namespaces.ts";
import { guestEnvironment } from "../../../runtime/process/exec.ts";
import { netnsInode } from "../../../runtime/process/proc.ts";
import { hostsKey } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, type Sandbox, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: enters namespaces
const guest = fileURLToPath(new URL("./guest.js", import.meta.url));

const command = (
  it: Sandbox,
  netns: string,
  pid: number | null,
  argv: readonly string[],
): readonly string[] => [
  guest,
  it.system,
  it.state.root,
  JSON.stringify({ automaton: "web", netns, pid }),
  ...argv,
];

kernel(
  "a command runs in the instance, with its names and variables, and passes its exit code on",
  async (t) => {
    const it = sandbox(t);
    const keeper = it.keeper();
    const address = { v4: "10.128.0.7", v6: "fd00::7" };
    keeper.writeHosts({
      kind: "hosts",
      key: hostsKey("web"),
      automaton: "web",
      entries: [{ name: "store", address }],
    });
    const wanted = it.process("web", ["sleep", "70"], { env: { STORE_HOST: "store" } });
    const { pid } = await keeper.start(wanted);
    const script =
      "readlink /proc/self/ns/net; getent hosts store | cut -d' ' -f1; echo $STORE_HOST $ARCHITECT_SPEC $MINE; pwd; cat; exit 7";
    const result = spawnSync(process.execPath, command(it, wanted.netns, pid, ["sh", "-c", script]), {
      input: "typed",
      encoding: "utf8",
      cwd: it.directory,
      env: { ...process.env, MINE: "caller's" },
    });
    t.is(result.status, 7);
    t.is(
      result.stdout,
      `net:[${namespaceInode(wanted.netns)}]\nfd00::7\nstore caller's\n${it.directory}\ntyped`,
    );
    t.is(result.stderr, "");
  },
);

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
  await it.keeper().stop({ automaton: "web", index: 1, netns });
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
    ["HOME", "/other"],
    ["ARCHITECT_INSTANCE", "2"],
  ]);
  t.deepEqual(guestEnvironment({ HOME: "/mine", TERM: "xterm" }, artifact), {
    HOME: "/mine",
    TERM: "xterm",
    STORE_HOST: "store",
    ARCHITECT_INSTANCE: "2",
  });
});
