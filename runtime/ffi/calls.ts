/**
 * The C calls that a child process makes before it becomes another program, as data. Nothing in a list
 * of them can depend on a result. What a call failed with is seen from outside: by a clone that
 * is refused, by a pipe that stays silent, and by the program itself, which has to look where it is.
 */
import { environmentBlock } from "./exec.ts";

/** An argument: a number, or text and bytes that the call gets the address of. */
export type Argument = number | bigint | string | Buffer | readonly string[];

/** A function of libc, and what it is called with. */
export interface Call {
  readonly name:
    | "capset"
    | "chdir"
    | "clone"
    | "close"
    | "dup2"
    | "execve"
    | "_exit"
    | "memset"
    | "mount"
    | "prctl"
    | "prlimit"
    | "read"
    | "setns"
    | "setsid"
    | "signal"
    | "syscall"
    | "write";
  readonly args: readonly Argument[];
}

/** As many as all architectures pass in registers. */
export const mostArguments = 6;

const PR_SET_PDEATHSIG = 1;
const PR_SET_KEEPCAPS = 8;
const PR_CAPBSET_DROP = 24;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_RAISE = 2;
const LINUX_CAPABILITY_VERSION_3 = 0x2008_0522;
const PR_SET_NO_NEW_PRIVS = 38;
const RLIMIT_NOFILE = 7;
const SIGKILL = 9;
const SIG_DFL = 0;
const SIG_IGN = 1;
/** One number on every architecture, as of all system calls since Linux 5.1. */
const SYS_close_range = 436;

/** `struct __user_cap_data_struct[2]`: effective, permitted and inheritable, of 32 capabilities each. */
const capabilitySets = (numbers: readonly number[]): Buffer => {
  const words = new Uint32Array(6);
  for (const number of numbers)
    for (const set of [0, 1, 2]) words[3 * (number >>> 5) + set]! |= 1 << (number & 31);
  return Buffer.from(words.buffer);
};

/** The calls, each made of its arguments. What they return cannot be looked at. */
export const calls = {
  setns: (fd: number, flags: number): Call => ({ name: "setns", args: [fd, flags] }),
  chdir: (path: string): Call => ({ name: "chdir", args: [path] }),
  /** The child gets SIGKILL when its parent ends, however that ends. */
  dieWithParent: { name: "prctl", args: [PR_SET_PDEATHSIG, SIGKILL] } satisfies Call,
  /** No program that it becomes, or starts, gains a right: set-user-ID bits and capabilities of files mean nothing to it. */
  gainNothing: { name: "prctl", args: [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0] } satisfies Call,
  /** No program that it becomes, or starts, gains this capability. */
  loseCapability: (number: number): Call => ({ name: "prctl", args: [PR_CAPBSET_DROP, number, 0, 0, 0] }),
  /** It may do what it may still do when it has become another user, until the next exec. */
  keepCapabilities: { name: "prctl", args: [PR_SET_KEEPCAPS, 1, 0, 0, 0] } satisfies Call,
  /** It may do this and nothing else; who it becomes by exec may not yet. */
  haveCapabilities: (numbers: readonly number[]): Call => ({
    name: "capset",
    args: [Buffer.from(Uint32Array.of(LINUX_CAPABILITY_VERSION_3, 0).buffer), capabilitySets(numbers)],
  }),
  /** The program that it becomes may do this, also as an ordinary user. */
  passCapability: (number: number): Call => ({
    name: "prctl",
    args: [PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0],
  }),
  /** Goes on when the other end of the pipe is written to or closed. */
  wait: (fd: number): Call => ({ name: "read", args: [fd, Buffer.alloc(8), 1] }),
  close: (fd: number): Call => ({ name: "close", args: [fd] }),
  /** Closes every descriptor from this one on. Linux 5.9. */
  closeFrom: (fd: number): Call => ({ name: "syscall", args: [SYS_close_range, fd, 0xffff_ffff, 0] }),
  dup: (from: number, to: number): Call => ({ name: "dup2", args: [from, to] }),
  mount: (source: string, target: string, type: string, flags: number): Call => ({
    name: "mount",
    args: [source, target, type, flags, 0],
  }),
  /** Moves into a cgroup, whose `cgroup.procs` a descriptor is open on. */
  joinGroup: (fd: number): Call => ({ name: "write", args: [fd, Buffer.from("0"), 1] }),
  /** The most open files, now and for good, as two numbers of 64 bits. */
  openFiles: (limit: Buffer): Call => ({ name: "prlimit", args: [0, RLIMIT_NOFILE, limit, 0] }),
  /** A system call by its number. */
  system: (number: number, ...args: readonly (number | Buffer)[]): Call => ({
    name: "syscall",
    args: [number, ...args],
  }),
  /** The program will ignore the signal too, until it says otherwise. */
  ignore: (signal: number): Call => ({ name: "signal", args: [signal, SIG_IGN] }),
  reset: (signal: number): Call => ({ name: "signal", args: [signal, SIG_DFL] }),
  /** Leaves the terminal's session and process group. */
  leaveSession: { name: "setsid", args: [] } satisfies Call,
  /** Comes back only where it fails: then the next call is made. The program blocks no signal. */
  exec: (program: string, argv: readonly string[], env: Readonly<Record<string, string>>): Call => ({
    name: "execve",
    args: [program, argv, environmentBlock(env)],
  }),
  /** Sets a byte at an address of memory that is shared with the parent. */
  flag: (address: bigint): Call => ({ name: "memset", args: [address, 1, 1] }),
  exit: (status: number): Call => ({ name: "_exit", args: [status] }),
} as const;
