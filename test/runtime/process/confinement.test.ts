/** What automata are granted, share with the machine, and may not change of it. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { KernelError } from "../../../runtime/kernel-error.ts";
import { capabilitiesDropped } from "../../../runtime/process/capabilities.ts";
import { refuseUnenforced } from "../../../runtime/process/confinement.ts";
import { keptDirVariable } from "../../../runtime/process/kept/places.ts";
import { isKernelBefore } from "../../../runtime/process/kernel-version.ts";
import type { ProcessManager } from "../../../runtime/process/process-manager.ts";
import { capabilityNames, capabilityNumber, usualCapabilities } from "../../../src/core/capabilities.ts";
import { hostsKey, type Process } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { isRoot, type Sandbox, sandbox } from "./sandbox.ts";

const kernel = isRoot ? test.serial : test.serial.skip; // needs root: enters namespaces
const guest = fileURLToPath(new URL("./guest.js", import.meta.url));

const logOf = (it: Sandbox, automaton: string): string => {
  const path = it.state.logFile(automaton, 0);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};

const begin = (t: ExecutionContext): Sandbox => {
  const it = sandbox(t);
  chmodSync(it.directory, 0o755);
  it.manager().writeHosts({ kind: "hosts", key: hostsKey("a"), automaton: "a", entries: [] });
  return it;
};

interface Ran {
  readonly manager: ProcessManager;
  readonly wanted: Process;
  readonly pid: number;
  /** What it printed. */
  readonly lines: readonly string[];
}

/** Runs a script as the program of an instance until it has come to its end, where it waits. */
const ran = async (it: Sandbox, script: string, more: Partial<Process> = {}): Promise<Ran> => {
  const wanted = it.process("a", ["sh", "-c", `${script}\necho end; exec sleep 600`], more);
  const manager = it.manager();
  const { pid } = await manager.start(wanted);
  await until("it has come to its end", () => logOf(it, "a").endsWith("end\n"));
  return { manager, wanted, pid, lines: logOf(it, "a").split("\n").slice(0, -2) };
};

const capabilities = (pid: number | string, set: string): readonly string[] => {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bits = BigInt(`0x${new RegExp(`^${set}:\\s*(\\w+)$`, "m").exec(status)![1]}`);
  return capabilityNames.filter((name) => ((bits >> BigInt(capabilityNumber(name))) & 1n) === 1n);
};

const sorted = (names: readonly string[]): readonly string[] => [...names].sort();

test("capabilities have the numbers of the kernel's header", (t) => {
  const numbers = {
    chown: 0,
    net_bind_service: 10,
    net_admin: 12,
    sys_admin: 21,
    setfcap: 31,
    bpf: 39,
  } as const;
  for (const [name, number] of Object.entries(numbers)) t.is(capabilityNumber(name as "chown"), number);
  t.is(capabilityNames.length, 41);
});

kernel("what is granted is not dropped, and all that is usual is kept", (t) => {
  const dropped = capabilitiesDropped(["net_admin", "setuid"]);
  t.false(dropped.includes(capabilityNumber("net_admin")));
  for (const name of usualCapabilities) t.false(dropped.includes(capabilityNumber(name)), name);
  for (const name of ["sys_admin", "mknod", "sys_ptrace"] as const)
    t.true(dropped.includes(capabilityNumber(name)), name);
});

kernel(
  "a grant is the program's, and that of commands beside it, but not of the first process",
  async (t) => {
    const it = begin(t);
    const script =
      "ip link set lo mtu 1400 && echo set; echo 1 > /proc/sys/net/ipv4/ip_forward && echo forwards; echo x > /proc/sys/kernel/domainname || echo refused";
    const { manager, wanted, pid, lines } = await ran(it, script, { grants: ["net_admin"] });
    t.deepEqual(
      lines.filter((line) => !line.includes("cannot create")),
      ["set", "forwards", "refused"],
    );
    const both = sorted([...usualCapabilities, "net_admin"]);
    for (const set of ["CapBnd", "CapEff"]) t.deepEqual(sorted(capabilities(pid, set)), both, set);
    const { init } = manager.running().get(wanted.key)!;
    t.deepEqual(sorted(capabilities(init!.pid, "CapEff")), sorted(usualCapabilities));
    const asks = ["sh", "-c", "ip link set lo mtu 1300"];
    t.deepEqual(await manager.probe(wanted, asks, 60_000), { code: 0, signal: null });
    const id = JSON.stringify({ automaton: "a", index: 0, netns: wanted.netns, pid });
    const inside = spawnSync(process.execPath, [guest, it.system, it.state.root, id, ...asks], {
      encoding: "utf8",
    });
    t.is(inside.status, 0, inside.stderr);
  },
);

kernel("without a grant neither the network nor its settings are a program's to change", async (t) => {
  const it = begin(t);
  const { manager, wanted, pid, lines } = await ran(
    it,
    "ip link set lo mtu 1400 || echo no; echo 1 2> /dev/null > /proc/sys/net/ipv4/ip_forward || echo no",
  );
  t.is(lines.filter((line) => line === "no").length, 2, lines.join("\n"));
  t.deepEqual(sorted(capabilities(pid, "CapBnd")), sorted(usualCapabilities));
  t.like(await manager.probe(wanted, ["ip", "link", "set", "lo", "mtu", "1300"], 60_000), { code: 2 });
});

kernel("what a user is granted it has, and nothing else of root's", async (t) => {
  const it = begin(t);
  const listen = `node -e 'require("node:net").createServer().on("error", (e) => console.log(e.code)).listen(80, () => { console.log("listens"); process.exit() })'`;
  const script = `${listen}; grep CapEff /proc/self/status`;
  const { manager, wanted, pid, lines } = await ran(it, script, {
    user: "nobody",
    grants: ["net_bind_service"],
  });
  t.deepEqual(lines, ["listens", "CapEff:\t0000000000000400"]);
  t.deepEqual(capabilities(pid, "CapAmb"), ["net_bind_service"]);
  t.regex(readFileSync(`/proc/${pid}/status`, "utf8"), /^NoNewPrivs:\t1$/m);
  const asks = ["sh", "-c", "grep -q 'CapEff:.*0000000000000400' /proc/self/status"];
  t.deepEqual(await manager.probe(wanted, asks, 60_000), { code: 0, signal: null });
  const id = JSON.stringify({ automaton: "a", index: 0, netns: wanted.netns, pid });
  t.is(spawnSync(process.execPath, [guest, it.system, it.state.root, id, ...asks]).status, 0);
});

kernel("a user gets what it is granted beyond the usual", async (t) => {
  const it = begin(t);
  const { lines } = await ran(it, "ip link set lo mtu 1400 && echo set", {
    user: "nobody",
    grants: ["net_admin"],
  });
  t.deepEqual(lines, ["set"]);
});

test("what is not enforced is refused by name, or allowed", (t) => {
  const words = ["sys_time is not granted: it takes root of the machine"];
  const error = t.throws(() => refuseUnenforced({ instance: "a.0", allowsUnenforced: false }, words), {
    instanceOf: KernelError,
  });
  t.is(error?.message, `confine a.0: ${words[0]} (cannot-enforce)`);
  t.notThrows(() => refuseUnenforced({ instance: "a.0", allowsUnenforced: true }, words));
  t.notThrows(() => refuseUnenforced({ instance: "a.0", allowsUnenforced: false }, []));
});

test("kernels are compared by number", (t) => {
  t.true(isKernelBefore(5, 12, "5.9.0-rc1"));
  t.true(isKernelBefore(5, 12, "4.19.1"));
  t.false(isKernelBefore(5, 12, "5.12.0"));
  t.false(isKernelBefore(5, 12, "6.1.0-18-amd64"));
});

/** A directory of the machine's, where instances have their own. */
const ofMachine = (t: ExecutionContext): string => {
  const directory = mkdtempSync("/var/tmp/architect-shared-");
  chmodSync(directory, 0o777);
  t.teardown(() => rmSync(directory, { recursive: true }));
  return directory;
};

kernel(
  "read-only leaves nothing of the machine to write to, whatever is tried, and all that is its own",
  async (t) => {
    const it = begin(t);
    process.env[keptDirVariable] = `${it.directory}/kept`;
    t.teardown(() => {
      delete process.env[keptDirVariable];
    });
    const shared = ofMachine(t);
    const try_ = (path: string): string => `(echo x > ${path}) 2>&1 | sed 's/.*: //'; `;
    const script = `
    for path in /own /etc/own /usr/own ${it.directory}/own /deep/own /etc/hosts /dev/own; do ${try_("$path")} done
    mount -o remount,rw / 2> /dev/null && echo mounted
    unshare -Urm mount -o remount,bind,rw / 2> /dev/null && echo mounted
    mkdir /own 2> /dev/null && echo made
    for path in /tmp/own /var/tmp/own /run/own /dev/shm/own /deep/state/own /work/own ${shared}/own /mnt/shared/other; do
      echo x > $path && echo ok
    done
    cat /deep/file; ${try_("/deep/file")}`;
    const { manager, wanted, pid, lines } = await ran(it, script, {
      cwd: it.directory,
      readOnly: true,
      state: [{ name: "data", path: "/deep/state" }],
      scratch: [{ path: "/work" }],
      files: [{ path: "/deep/file", text: "text\n", mode: "0644" }],
      shares: [
        { source: shared, path: shared },
        { source: shared, path: "/mnt/shared" },
      ],
    });
    const refused = "Read-only file system";
    t.deepEqual(lines, [...Array(7).fill(refused), ...Array(8).fill("ok"), "text", refused]);
    t.deepEqual(
      ["own", "other"].map((name) => readFileSync(`${shared}/${name}`, "utf8")),
      ["x\n", "x\n"],
    );
    t.false(existsSync("/mnt/shared"));
    const mounts = readFileSync(`/proc/${pid}/mountinfo`, "utf8").trimEnd().split("\n");
    const roots = mounts.map((line) => line.split(" ")).filter(([, , , , point]) => point === "/");
    t.true(roots.length > 0 && roots.every((words) => words[5]!.split(",").includes("ro")), roots.join("\n"));
    const id = JSON.stringify({ automaton: "a", index: 0, netns: wanted.netns, pid });
    const asks = ["sh", "-c", "! touch /etc/own && touch /tmp/own"];
    t.is(spawnSync(process.execPath, [guest, it.system, it.state.root, id, ...asks]).status, 0);
    t.deepEqual(await manager.probe(wanted, asks, 60_000), { code: 0, signal: null });
  },
);

kernel("what is shared is the machine's own: a directory, a socket, a device", async (t) => {
  const it = begin(t);
  const shared = ofMachine(t);
  writeFileSync(`${shared}/file`, "of the machine\n");
  const socket = `/run/${it.system}.socket`;
  const server = createServer((one) => one.end("answered")).listen(socket);
  t.teardown(() => server.close());
  await until("it listens", () => existsSync(socket));
  const ask = `node -e 'require("node:net").connect("${socket}").on("error", (e) => console.log(e.code)).on("data", (d) => console.log(String(d)))'`;
  const script = `cat ${shared}/file /mnt/one; ${ask}; ls /dev/net; test -c /dev/kmsg && echo there`;
  const { lines } = await ran(it, script, {
    shares: [
      { source: shared, path: shared },
      { source: `${shared}/file`, path: "/mnt/one" },
      { source: socket, path: socket },
      { source: "/dev/kmsg", path: "/dev/kmsg" },
      { source: "/dev/null", path: "/dev/net/tun" },
    ],
  });
  t.deepEqual(lines, ["of the machine", "of the machine", "answered", "tun", "there"]);
  t.false(existsSync("/mnt/one"));
});

kernel("what belongs to systems is nobody's to share, also in something that is shared", async (t) => {
  const it = begin(t);
  const outer = ofMachine(t);
  process.env[keptDirVariable] = `${outer}/kept`;
  t.teardown(() => {
    delete process.env[keptDirVariable];
  });
  mkdirSync(`${outer}/kept/secret`, { recursive: true });
  const { lines } = await ran(it, "ls -A /mnt/all /mnt/all/kept", {
    shares: [{ source: outer, path: "/mnt/all" }],
  });
  t.deepEqual(lines, ["/mnt/all:", "kept", "", "/mnt/all/kept:"]);
  const inner = it.process("b", ["true"], { shares: [{ source: `${outer}/kept/secret`, path: "/mnt/b" }] });
  t.regex(it.manager().refusal(inner)?.message ?? "", /where systems keep their state/);
});

kernel("what is to be shared and is not there is named, before anything is ended", async (t) => {
  const it = begin(t);
  const wanted = it.process("a", ["true"], { shares: [{ source: "/no/such/place", path: "/mnt/x" }] });
  const message = "share /no/such/place: there is nothing of that name on this machine (ENOENT)";
  t.is(it.manager().refusal(wanted)?.message, message);
  await t.throwsAsync(it.manager().start(wanted), { message });
  t.is(it.manager().running().size, 0);
});
