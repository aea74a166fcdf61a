/** A program that tries to get out of its instance: at another one, and at the machine. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import { secretsOf } from "../../../runtime/secrets/places.ts";
import { hostsKey, type Process } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import type { Target } from "./hostile-main.ts";
import { isRoot, type Sandbox, sandbox } from "./sandbox.ts";

const kernel = isRoot && process.arch === "x64" ? test.serial : test.serial.skip; // needs root: enters namespaces; calls by number
const program = fileURLToPath(new URL("./hostile-main.js", import.meta.url));
const guest = fileURLToPath(new URL("./guest.js", import.meta.url));

const logOf = (it: Sandbox, automaton: string): string => {
  const path = it.state.logFile(automaton, 0);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};

const first = (directory: string, test: (name: string) => boolean): readonly string[] =>
  existsSync(directory) ? readdirSync(directory).filter(test).slice(0, 1) : [];

const devices = [
  ...first("/sys/block", () => true).map((name) => `/dev/${name}`),
  "/dev/mem",
  "/dev/kmsg",
  "/dev/pts/0",
];
const settings = [
  "/proc/sys/kernel/core_pattern",
  "/proc/sys/vm/overcommit_memory",
  "/proc/irq/default_smp_affinity",
  "/proc/sysrq-trigger",
  "/sys/kernel/mm/transparent_hugepage/enabled",
  "/sys/kernel/uevent_helper",
].filter((path) => existsSync(path));

interface Stage {
  readonly it: Sandbox;
  readonly target: Target;
  hosts(automaton: string): void;
}

/** A system with a victim that has a bit of everything. */
const stage = async (t: ExecutionContext): Promise<Stage> => {
  const it = sandbox(t);
  // Nobody is kept away by this alone.
  chmodSync(it.directory, 0o755);
  process.env[keptDirVariable] = `${it.directory}/kept`;
  t.teardown(() => {
    delete process.env[keptDirVariable];
  });
  const manager = it.manager();
  const hosts = (automaton: string): void =>
    manager.writeHosts({ kind: "hosts", key: hostsKey(automaton), automaton, entries: [] });
  hosts("victim");
  const socket = `/tmp/${it.system}.socket`;
  const script = `
    const listen = (path) => new Promise((resolve) => require("node:net").createServer().listen(path, resolve));
    require("node:fs").writeFileSync("/data/own", "own");
    Promise.all(["${socket}", "\\0${it.system}"].map(listen)).then(() => console.log("listens"));`;
  const { pid } = await manager.start(
    it.process("victim", ["node", "-e", script], {
      env: { PASSWORD: "hidden" },
      state: [{ name: "data", path: "/data" }],
    }),
  );
  await until("the victim listens", () => logOf(it, "victim") === "listens\n");
  const kept = `${it.directory}/kept`;
  t.true(existsSync(kept), "it keeps something");
  const secrets = secretsOf(null, it.state.root);
  mkdirSync(secrets, { recursive: true });
  writeFileSync(`${secrets}/password`, "hidden");
  const control = createServer().listen(`${it.state.directory}/control.sock`);
  t.teardown(() => control.close());
  await until("the system has a socket", () => existsSync(`${it.state.directory}/control.sock`));
  const state = it.state.directory;
  return { it, hosts, target: { pid, kept, socket, abstract: it.system, state, secrets, devices, settings } };
};

const anyOf = (...codes: readonly string[]): RegExp => new RegExp(`^(${codes.join("|")})$`);

/** What comes of each attempt. */
const refusals = (user: string | undefined): Readonly<Record<string, RegExp>> => {
  // Who may not write to a file anyway is told that first.
  const setting = user === undefined ? anyOf("EROFS") : anyOf("EROFS", "EACCES");
  return {
    CapEff: user === undefined ? /^00000000a00425fb$/ : /^0{16}$/,
    CapBnd: /^00000000a00425fb$/,
    NoNewPrivs: user === undefined ? /^0$/ : /^1$/,
    Seccomp: /^2$/,
    "environment of another": anyOf("ENOENT"),
    "files of another in /proc": anyOf("ENOENT"),
    "signal to another": anyOf("ESRCH"),
    "state of another": anyOf("ENOENT"),
    secrets: anyOf("ENOENT"),
    "files of the system": anyOf("ENOENT"),
    "control socket": anyOf("ENOENT"),
    "socket of another": anyOf("ENOENT"),
    "socket without a place": anyOf("ECONNREFUSED"),
    ...Object.fromEntries(devices.map((device) => [`device ${device}`, anyOf("ENOENT")])),
    ...Object.fromEntries(settings.map((path) => [`setting ${path}`, setting])),
    cgroup: anyOf("EROFS", "ENOENT"),
    "memory of the kernel": anyOf("ENOENT"),
    mount: anyOf("EPERM"),
    "unmount a cover": anyOf("EPERM"),
    "remount cgroups": anyOf("EPERM"),
    "remount /proc/sys": anyOf("EPERM"),
    "new mounts": anyOf("EPERM"),
    "enter namespaces": anyOf("EPERM"),
    // What the kernel was built without is refused too.
    module: anyOf("EPERM", "ENOSYS"),
    "unload a module": anyOf("EPERM", "ENOSYS"),
    "restart the machine": anyOf("EPERM"),
    "another kernel": anyOf("EPERM", "ENOSYS"),
    clock: anyOf("EPERM"),
    "host name": anyOf("EPERM"),
    swap: anyOf("EPERM"),
    accounting: anyOf("EPERM", "ENOSYS"),
    "device node": anyOf("EPERM"),
    "ports of the processor": anyOf("EPERM", "ENOSYS"),
    handles: anyOf("EPERM"),
    "log of the kernel": anyOf("EPERM"),
    key: anyOf("EPERM"),
    "asking for a key": anyOf("EPERM"),
    keyring: anyOf("EPERM"),
    "tracing the first process": anyOf("EPERM"),
    "rather run": anyOf("EACCES", "EPERM"),
    "more open files": anyOf("EPERM"),
    "program in the kernel": anyOf("EPERM", "ENOSYS"),
    end: anyOf("done"),
  };
};

const checkAll = (t: ExecutionContext, said: string, wanted: Readonly<Record<string, RegExp>>): void => {
  const answers = new Map(said.split("\n").map((line) => line.split(/: /) as [string, string]));
  for (const [name, expected] of Object.entries(wanted))
    t.regex(answers.get(name) ?? "nothing", expected, name);
  t.deepEqual(
    [...answers.keys()].filter((name) => name !== "" && !(name in wanted)),
    [],
  );
};

for (const user of [undefined, "nobody"])
  kernel(
    `nothing that a program tries ${user === undefined ? "as root" : "with a user"} gets it out`,
    async (t) => {
      const { it, target, hosts } = await stage(t);
      hosts("hostile");
      const more: Partial<Process> = user === undefined ? {} : { user };
      await it.manager().start(it.process("hostile", ["node", program, JSON.stringify(target)], more));
      await until("it has tried all", () => /^end: |Error/m.test(logOf(it, "hostile")));
      checkAll(t, logOf(it, "hostile"), refusals(user));
      t.is(logOf(it, "victim"), "listens\n");
    },
  );

kernel(
  "a command in an instance is confined as that is, but with the rights of its caller if asked",
  async (t) => {
    const { it, target, hosts } = await stage(t);
    hosts("hostile");
    const wanted = it.process("hostile", ["sleep", "600"], { env: { PROGRAM: program } });
    const { pid } = await it.manager().start(wanted);
    const inside = (env: Record<string, string>): string => {
      const id = JSON.stringify({ automaton: "hostile", index: 0, netns: wanted.netns, pid });
      const argv = [guest, it.system, it.state.root, id, "node", program, JSON.stringify(target)];
      const { stdout, stderr } = spawnSync(process.execPath, argv, {
        encoding: "utf8",
        env: { ...process.env, ...env },
      });
      t.is(stderr, "");
      return stdout;
    };
    checkAll(t, inside({}), refusals(undefined));
    t.regex(inside({ AS_CALLER: "1" }), /^mount: done$/m);
  },
);

kernel("a health command is confined as the program is", async (t) => {
  const it = sandbox(t);
  const manager = it.manager();
  manager.writeHosts({ kind: "hosts", key: hostsKey("a"), automaton: "a", entries: [] });
  const wanted = it.process("a", ["sleep", "600"]);
  await manager.start(wanted);
  const script =
    "grep -q '^CapEff:.*00000000a00425fb$' /proc/self/status && grep -q '^Seccomp:.*2$' /proc/self/status";
  t.deepEqual(await manager.probe(wanted, ["sh", "-c", script], 60_000), { code: 0, signal: null });
});

kernel("a user namespace of its own takes no cover away and makes nothing writable", async (t) => {
  const { it, target, hosts } = await stage(t);
  hosts("hostile");
  const script = `
    for path in ${target.state} ${target.kept} /proc/sys /dev; do umount $path && echo "$path is open"; done
    for path in /proc/sys /sys /dev /sys/fs/cgroup; do mount -o remount,bind,rw $path && echo "$path is writable"; done
    mkdir /tmp/proc; mount -t proc proc /tmp/proc && echo "another /proc"
    keyctl show > /dev/null 2>&1 && echo "keys"; echo end; exec sleep 600`;
  await it.manager().start(it.process("hostile", ["unshare", "-Urm", "sh", "-c", script]));
  await until("it has tried all", () => logOf(it, "hostile").endsWith("end\n"));
  t.notRegex(logOf(it, "hostile"), /is open|is writable|another|keys/);
});
