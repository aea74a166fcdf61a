/**
 * A child process that does no more than a list of C calls, the last of them execve.
 *
 * Some things only the child itself can do before it becomes another program: enter a
 * user namespace, which takes a process of one thread, mount the /proc of a pid namespace, or be born in
 * one that the parent cannot come back from. A forked child of Node has one thread, but can run no JavaScript:
 * V8 keeps its heap out of children (MADV_DONTFORK), and the threads that help it are
 * not there. So the calls are laid out before the fork (see contexts.ts), and the child is a clone(2) whose
 * function is setcontext(3). It runs libc alone, and takes no lock.
 */
import koffi from "koffi";
import { type Call, calls } from "./calls.ts";
import { Arena, addressOf, type Beginning, layOut, roomFor } from "./contexts.ts";
import { bind, checked, kernelError } from "./libc.ts";
import { allSignals, withSignalMask } from "./signals.ts";
import { waitForChild } from "./wait.ts";

const SIGCHLD = 17;
const CLONE_VM = 0x0000_0100;
const CLONE_VFORK = 0x0000_4000;
const CLONE_PARENT = 0x0000_8000;
const CLONE_PARENT_SETTID = 0x0010_0000;

const clone = bind<[bigint, bigint, number, bigint], number>(
  "int clone(void *function, void *stack, int flags, void *argument)",
);

const begin = ({ context, stack }: Beginning, flags: number): number =>
  checked("start a process", clone(addressOf("setcontext"), stack, flags | SIGCHLD, context));

/**
 * Starts a child that makes the calls, in new namespaces as the flags of clone(2) say;
 * its pid. Throws with the errno of clone. The caller is to wait for it.
 */
export const startChild = (flags: number, list: readonly Call[]): number =>
  begin(layOut(new Arena(roomFor(list)), list), flags);

/** What a child borrows; no page is copied, and the parent stands still until it has become another program. */
const borrowing = CLONE_VM | CLONE_VFORK;

/** A list that ends in an exec, with what is to be done where that fails. */
const orFlag = (list: readonly Call[], failure: bigint): readonly Call[] => [
  ...list,
  calls.flag(failure),
  calls.exit(127),
];

/** Lays out lists with a byte that tells of failure, and has no handler of this process run meanwhile in its child. */
const lend = <T>(
  lists: readonly (readonly Call[])[],
  work: (arena: Arena, failure: bigint, hasFailed: () => boolean) => T,
): T => {
  const arena = new Arena(roomFor(...lists.map((list) => orFlag(list, 0n))) + 64);
  const failure = arena.take(1);
  return withSignalMask(allSignals, () =>
    work(arena, arena.address(failure), () => arena.bytes[failure] !== 0),
  );
};

const waitAndThrow = (operation: string, pid: number, errno: number): never => {
  waitForChild(pid);
  throw kernelError(operation, errno);
};

/**
 * Starts a child that makes calls, the last of them an exec, in new namespaces as the flags of clone(2) say; its pid, once
 * the program itself is running. It takes a tenth of the time that `startChild` takes: it borrows the
 * memory of this process meanwhile. Throws with the errno of clone or exec, and then there is no child.
 */
export const startProgram = (operation: string, flags: number, list: readonly Call[]): number =>
  lend([list], (arena, failure, hasFailed) => {
    const pid = begin(layOut(arena, orFlag(list, failure)), flags | borrowing);
    return hasFailed() ? waitAndThrow(operation, pid, koffi.errno()) : pid;
  });

/**
 * The same, but for calls that come first and concern only what a process starts, such as entering a pid namespace. They
 * are made by a process in between; the program is nonetheless a child of this one.
 */
export const startProgramFrom = (
  operation: string,
  before: readonly Call[],
  list: readonly Call[],
): number => {
  const between = [...before, { name: "clone", args: [0, 0, 0, 0, 0] } as const, calls.exit(0)];
  return lend([list, between], (arena, failure, hasFailed) => {
    const { context, stack } = layOut(arena, orFlag(list, failure));
    const pidAt = arena.take(4);
    const flags = borrowing | CLONE_PARENT | CLONE_PARENT_SETTID | SIGCHLD;
    const start: Call = {
      name: "clone",
      args: [addressOf("setcontext"), stack, flags, context, arena.address(pidAt)],
    };
    waitForChild(begin(layOut(arena, [...before, start, calls.exit(0)]), borrowing));
    const pid = arena.bytes.readInt32LE(pidAt);
    if (pid === 0) throw kernelError(operation, koffi.errno());
    return hasFailed() ? waitAndThrow(operation, pid, koffi.errno()) : pid;
  });
};
