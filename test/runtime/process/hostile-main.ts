/**
 * What a program may try that wants out of its instance. Prints a line for each attempt: its name, and what came of it: `done`, or
 * the errno. Its argument is a `Target` as JSON.
 */
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeSync } from "node:fs";
import { connect } from "node:net";
import koffi from "koffi";
import { bind } from "../../../runtime/ffi/libc.ts";

/** What it is set on. */
export interface Target {
  /** The process of another instance, as the machine numbers it. */
  readonly pid: number;
  /** Where that instance keeps its state, on the machine. */
  readonly kept: string;
  /** Where that has a socket of its own. */
  readonly socket: string;
  /** A socket of that without a place in the file system. */
  readonly abstract: string;
  /** The directory of the system's files, and its socket. */
  readonly state: string;
  /** Where secrets are. */
  readonly secrets: string;
  /** Devices of the machine. */
  readonly devices: readonly string[];
  /** What only the machine's root could write to. */
  readonly settings: readonly string[];
}

const names = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
const errnoName = (): string => names.get(koffi.errno()) ?? `${koffi.errno()}`;

const say = (name: string, what: string): void => console.log(`${name}: ${what}`);

/** Of node:fs. */
const tryFile = (name: string, work: () => unknown): void => {
  try {
    work();
    say(name, "done");
  } catch (error) {
    say(name, (error as NodeJS.ErrnoException).code ?? String(error));
  }
};

type Word = number | string | Buffer | null;
const kindOf = (word: Word): string =>
  typeof word === "number" ? "long" : typeof word === "string" ? "const char *" : "void *";
const tryCall = (name: string, number: number, ...words: readonly Word[]): void => {
  const prototype = ["long number", ...words.map((word, i) => `${kindOf(word)} a${i}`)].join(", ");
  const call = bind<[number, ...Word[]], number>(`long syscall(${prototype})`);
  say(name, call(number, ...words) === -1 ? errnoName() : "done");
};

const unixConnect = (name: string, path: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.on("connect", () => say(name, "done"));
    socket.on("error", (error: NodeJS.ErrnoException) => say(name, error.code ?? error.message));
    socket.on("close", () => resolve());
    socket.on("connect", () => socket.destroy());
  });

const write = (path: string): void => {
  const file = openSync(path, "r+");
  try {
    writeSync(file, "0");
  } finally {
    closeSync(file);
  }
};

/** Where nothing is to be seen but a directory, nothing is there. */
const list = (path: string): void => {
  if (readdirSync(path).length === 0) throw Object.assign(new Error("empty"), { code: "ENOENT" });
};

const { pid, kept, socket, abstract, state, secrets, devices, settings } = JSON.parse(
  process.argv[2]!,
) as Target;

for (const set of ["CapEff", "CapBnd", "NoNewPrivs", "Seccomp"])
  say(set, new RegExp(`^${set}:\\s*(.*)$`, "m").exec(readFileSync("/proc/self/status", "utf8"))![1]!);

tryFile("environment of another", () => readFileSync(`/proc/${pid}/environ`));
tryFile("files of another in /proc", () => readdirSync(`/proc/${pid}/root/`));
tryFile("signal to another", () => process.kill(pid, 0));
tryFile("state of another", () => list(kept));
tryFile("secrets", () => list(secrets));
tryFile("files of the system", () => list(state));
await unixConnect("control socket", `${state}/control.sock`);
await unixConnect("socket of another", socket);
await unixConnect("socket without a place", `\0${abstract}`);

for (const device of devices) tryFile(`device ${device}`, () => closeSync(openSync(device, "r")));
for (const path of settings) tryFile(`setting ${path}`, () => write(path));
tryFile("cgroup", () => mkdirSync(`/sys/fs/cgroup/architect-hostile-${process.pid}`));
tryFile("memory of the kernel", () => {
  if (statSync("/proc/kcore").isCharacterDevice()) throw Object.assign(new Error(), { code: "ENOENT" });
  readFileSync("/proc/kcore", { flag: "r" });
});

// By their numbers on x86-64.
const [MS_REMOUNT, MS_BIND, MNT_DETACH] = [32, 4096, 2];
const CLONE_NEWNS = 0x2_0000;
tryCall("mount", 165, "none", "/tmp", "tmpfs", 0, null);
tryCall("unmount a cover", 166, "/etc/hosts", MNT_DETACH);
tryCall("remount cgroups", 165, "none", "/sys/fs/cgroup", null, MS_REMOUNT | MS_BIND, null);
tryCall("remount /proc/sys", 165, "none", "/proc/sys", null, MS_REMOUNT | MS_BIND, null);
tryCall("new mounts", 272, CLONE_NEWNS);
const namespace = openSync("/proc/self/ns/mnt", "r");
tryCall("enter namespaces", 308, namespace, CLONE_NEWNS);
tryCall("module", 175, Buffer.alloc(64), 64, "");
tryCall("unload a module", 176, "loop", 0);
tryCall("restart the machine", 169, 0xfee1dead, 672274793, 0x0123_4567, null);
tryCall("another kernel", 246, 0, 0, null, 0);
tryCall("clock", 164, Buffer.alloc(16), null);
tryCall("host name", 170, "hostile", 7);
tryCall("swap", 167, "/etc/hosts", 0);
tryCall("accounting", 163, null);
tryCall("device node", 133, "/tmp/node", 0o60600, 0x0100);
tryCall("ports of the processor", 172, 3);
tryCall("handles", 304, -100, Buffer.from(Uint32Array.of(8, 1, 2, 0).buffer), 0);
tryCall("log of the kernel", 103, 5, null, 0);
tryCall("key", 248, "user", "architect-hostile", "x", 1, -4);
tryCall("asking for a key", 249, "user", "architect-hostile", null, -4);
tryCall("keyring", 250, 0, -4, 1);
const PTRACE_SEIZE = 0x4206;
tryCall("tracing the first process", 101, PTRACE_SEIZE, 1, 0, 0);
tryCall("rather run", 141, 0, 0, -5);
tryCall("more open files", 160, 7, Buffer.from(BigUint64Array.of(1_048_577n, 1_048_577n).buffer));
tryCall("program in the kernel", 321, 5, Buffer.alloc(128), 128);
say("end", "done");
