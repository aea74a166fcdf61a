/** Programs that run as somebody else. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { accountOf } from "../../../runtime/process/credentials.ts";
import { launchJoined } from "../../../runtime/process/launch.ts";
import { missingUser } from "../../../runtime/process/missing-user.ts";
import { Spawner } from "../../../runtime/process/spawner.ts";
import { until } from "../../until.ts";
import { isRoot, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test : test.skip; // needs root: enters namespaces, becomes others

const answerOf = (command: string, ...words: string[]): string =>
  spawnSync(command, words, { encoding: "utf8" }).stdout.trim();
const logOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
const statusOf = (pid: number, field: string): readonly string[] =>
  new RegExp(`^${field}:[ \\t]*(.*)$`, "m")
    .exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]!
    .trim()
    .split(/\s+/);

/** The user that every machine has, as its own tools tell it. */
const nobody = {
  uid: answerOf("id", "-u", "nobody"),
  gid: answerOf("id", "-g", "nobody"),
  groups: answerOf("id", "-G", "nobody").split(" "),
};

test("an account is what the machine's own tools say", (t) => {
  const { uid, gid, groups, variables } = accountOf("nobody");
  t.deepEqual(
    [String(uid), String(gid), groups.map(String).sort()],
    [nobody.uid, nobody.gid, [...nobody.groups].sort()],
  );
  t.is(variables.USER, "nobody");
  t.deepEqual(accountOf("0:0").groups, [0]);
  t.deepEqual(accountOf("4000000:7"), { uid: 4_000_000, gid: 7, groups: [7], variables: { HOME: "/" } });
  t.like(accountOf("nobody:root"), { uid: Number(nobody.uid), gid: 0, groups: [0] });
});

/** A directory in which the machine's own files say where names are. */
const etcWith = (t: ExecutionContext, sources: string): string => {
  const etc = mkdtempSync(join(tmpdir(), "etc-"));
  t.teardown(() => rmSync(etc, { recursive: true }));
  const files = {
    "nsswitch.conf": `passwd: ${sources}\ngroup: ${sources}\n`,
    passwd: "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
    group: "root:x:0:\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(`${etc}/${name}`, text);
  return etc;
};

test("who is not there is told by name", (t) => {
  for (const [user, words] of [
    ["no-such-user", 'there is no user "no-such-user" on this machine'],
    ["nobody:no-such-group", 'there is no group "no-such-group" on this machine'],
  ] as const) {
    const error = t.throws(() => accountOf(user), { instanceOf: KernelError });
    t.is(error?.words, words);
    t.is(missingUser(user, etcWith(t, "files systemd")), words);
    t.is(
      missingUser(user, etcWith(t, "files [NOTFOUND=continue] sss")),
      null,
      "a directory service may know it",
    );
  }
  const etc = etcWith(t, "files");
  for (const user of ["nobody", "root:root", "123", "123:456"]) t.is(missingUser(user, etc), null, user);
  t.throws(() => accountOf("4294967295"), { message: /not the number of a user/ });
});

kernel("a program runs as its user, with the user's groups and nothing of root's", async (t) => {
  const { manager, process, state } = sandbox(t);
  const it = manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const script =
    'echo "$USER $LOGNAME $HOME"; id -u; id -g; id -G; cat /etc/shadow || echo refused > /dev/stdout; sleep 600';
  const { pid } = await it.start(process("a", ["sh", "-c", script], { user: "nobody", spec: "one" }));
  await until("it has told", () => logOf(state.logFile("a", 0)).includes("refused"));
  const [names, ...ids] = logOf(state.logFile("a", 0)).split("\n");
  t.is(names, `nobody nobody ${accountOf("nobody").variables.HOME}`);
  t.deepEqual(ids.slice(0, 3), [nobody.uid, nobody.gid, nobody.groups.join(" ")]);
  t.deepEqual(statusOf(pid, "Uid"), Array(4).fill(nobody.uid));
  t.deepEqual(statusOf(pid, "Gid"), Array(4).fill(nobody.gid));
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapAmb"]) t.regex(statusOf(pid, set)[0]!, /^0+$/, set);
  t.is(statusOf(pid, "NoNewPrivs")[0], "1");
  // The orchestrator knows it again, and can end it.
  t.like(manager().running().get(process("a", []).key), { pid, spec: "one" });
});

kernel("a number without a name has no home, and no name of who starts it", async (t) => {
  const names = ["HOME", "USER", "LOGNAME"] as const;
  const before = names.map((name) => globalThis.process.env[name]);
  for (const name of names) globalThis.process.env[name] = "of-the-orchestrator";
  t.teardown(() => {
    for (const [i, name] of names.entries())
      if (before[i] === undefined) delete globalThis.process.env[name];
      else globalThis.process.env[name] = before[i];
  });
  const { manager, process, state } = sandbox(t);
  const it = manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const script = 'echo "$HOME,${USER-none},${LOGNAME-none}"; echo end; sleep 600';
  const wanted = process("a", ["sh", "-c", script], { user: "4000000" });
  const { pid } = await it.start(wanted);
  await until("it has told", () => logOf(state.logFile("a", 0)).includes("end"));
  t.is(logOf(state.logFile("a", 0)), "/,none,none\nend\n");
  t.deepEqual(statusOf(pid, "Uid"), Array(4).fill("4000000"));
  const asks = '[ "$HOME,${USER-none},${LOGNAME-none}" = /,none,none ]';
  t.deepEqual(await it.probe(wanted, ["sh", "-c", asks], 60_000), { code: 0, signal: null });
});

kernel("a set-user-ID program gives no right to a program with a user", async (t) => {
  const { manager, process, state, directory } = sandbox(t);
  chmodSync(directory, 0o755);
  const raised = `${directory}/id`;
  copyFileSync(realpathSync("/usr/bin/id"), raised);
  chmodSync(raised, 0o4755);
  t.is(spawnSync(raised, ["-u"], { encoding: "utf8", uid: 4_000_000 }).stdout, "0\n", "the bit counts there");
  const it = manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const script = '"$ID" -u; echo end; sleep 600';
  await it.start(process("a", ["sh", "-c", script], { user: "4000000", env: { ID: raised } }));
  await until("it has told", () => logOf(state.logFile("a", 0)).includes("end"));
  t.is(logOf(state.logFile("a", 0)), "4000000\nend\n");
});

kernel("who starts programs stays who it is", async (t) => {
  const { manager, process } = sandbox(t);
  const it = manager();
  for (const automaton of ["a", "b"])
    it.writeHosts({ kind: "hosts", key: `hosts/${automaton}` as never, automaton, entries: [] });
  const one = await it.start(process("a", ["sleep", "600"], { user: "nobody" }));
  const two = await it.start(process("b", ["sleep", "600"]));
  t.deepEqual(statusOf(one.pid, "Uid")[0], nobody.uid);
  t.is(statusOf(two.pid, "NoNewPrivs")[0], "0");
  t.deepEqual(statusOf(two.pid, "Uid"), ["0", "0", "0", "0"]);
  t.deepEqual(statusOf(two.pid, "Groups"), statusOf(globalThis.process.pid, "Groups"));
});

kernel("a health command runs as the program's user; what `env` says of its home wins", async (t) => {
  const { manager, process } = sandbox(t);
  const it = manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const wanted = process("a", ["sleep", "600"], { user: "nobody", env: { HOME: "/srv" } });
  await it.start(wanted);
  const asks = `[ "$(id -u)" = ${nobody.uid} ] && [ "$HOME" = /srv ]`;
  t.deepEqual(await it.probe(wanted, ["sh", "-c", asks], 60_000), { code: 0, signal: null });
});

kernel("what cannot become its user is not run beside a program either", async (t) => {
  const { manager, process, directory } = sandbox(t);
  const it = manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const { pid } = await it.start(process("a", ["sleep", "600"]));
  const spawner = new Spawner();
  t.teardown(() => spawner.close());
  const mark = `${directory}/ran`;
  const command = {
    program: "/bin/sh",
    argv: ["sh", "-c", `echo > ${mark}`],
    env: {},
    cwd: "/",
    // More groups than the kernel takes.
    identity: { uid: 0, gid: 0, groups: Array<number>(65_537).fill(1) },
  };
  await t.throwsAsync(launchJoined(spawner, pid, command), { message: /run as 0: .*EINVAL/ });
  t.false(existsSync(mark));
});

kernel("a user that is not there starts nothing, and is named", async (t) => {
  const { manager, process } = sandbox(t);
  const it = manager();
  it.writeHosts({ kind: "hosts", key: "hosts/a" as never, automaton: "a", entries: [] });
  const wanted = process("a", ["sleep", "600"], { user: "no-such-user" });
  await t.throwsAsync(it.start(wanted), { message: /there is no user "no-such-user" on this machine/ });
  t.is(it.running().size, 0);
});
