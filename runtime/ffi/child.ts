/**
 * A child process that does no more than a list of C calls, the last of them execve.
 *
 * Only a process of one thread may enter a user namespace, and Node has many. A forked
 * child has one thread, but can run no JavaScript: V8 keeps its heap out of children
 * (MADV_DONTFORK), and the threads that help it are not there. So the calls are laid
 * out as data before the fork. For each, makecontext(3) prepares a context that makes
 * the call and goes on with the next one, and the child is a clone(2) whose function is
 * setcontext(3), given the first. It runs libc alone, and takes no lock.
 *
 * Nothing in the list can depend on a result. What a call failed with is seen from
 * outside: by a clone that is refused, by a pipe that stays silent, and by the program
 * itself, which has to look where it is.
 */
import koffi from "koffi";
import { environmentBlock } from "./exec.ts";
import { bind, checked } from "./libc.ts";

/** An argument: a number, or text and bytes that the call gets the address of. */
type Argument = number | string | Buffer | readonly string[];

/** A function of libc, and what it is called with. */
export interface Call {
  readonly name: "chdir" | "close" | "execve" | "_exit" | "prctl" | "read" | "setns" | "setsid";
  readonly args: readonly Argument[];
}

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

export const calls = {
  setns: (fd: number, flags: number): Call => ({ name: "setns", args: [fd, flags] }),
  chdir: (path: string): Call => ({ name: "chdir", args: [path] }),
  /** The child gets SIGKILL when its parent ends, however that ends. */
  dieWithParent: { name: "prctl", args: [PR_SET_PDEATHSIG, SIGKILL] } satisfies Call,
  /** Goes on when the other end of the pipe is written to or closed. */
  wait: (fd: number): Call => ({ name: "read", args: [fd, Buffer.alloc(8), 1] }),
  close: (fd: number): Call => ({ name: "close", args: [fd] }),
  /** Leaves the terminal's session and process group. */
  leaveSession: { name: "setsid", args: [] } satisfies Call,
  exec: (program: string, argv: readonly string[], env: Readonly<Record<string, string>>): Call => ({
    name: "execve",
    args: [program, argv, environmentBlock(env)],
  }),
  exit: (status: number): Call => ({ name: "_exit", args: [status] }),
} as const;

/** Memory that neither moves nor is kept from a child; freed when nobody holds it. */
class Arena {
  readonly bytes: Buffer;
  readonly #base: bigint;
  #used = 0;

  constructor(size: number) {
    this.bytes = Buffer.alloc(size);
    this.#base = koffi.address(this.bytes);
    // Addresses are handed out at multiples of 16.
    this.#used = Number(-this.#base & 15n);
  }

  /** Room for some bytes: its offset. */
  take(size: number): number {
    const offset = this.#used;
    this.#used += (size + 15) & ~15;
    if (this.#used > this.bytes.length) throw new Error("an arena was made too small");
    return offset;
  }

  address(offset: number): bigint {
    return this.#base + BigInt(offset);
  }

  put(content: Uint8Array): bigint {
    const offset = this.take(content.length);
    this.bytes.set(content, offset);
    return this.address(offset);
  }
}

// ucontext_t is 968 bytes on x86-64, 4560 on arm64; the fields used begin it on both:
// flags, link, and of the stack its address, flags and size.
const contextSize = 8192;
const linkAt = 8;
const stackAt = 16;
const stackSizeAt = 32;
const stackSize = 16 * 1024;

const getcontext = bind<[bigint], number>("int getcontext(void *context)");
// Variadic in C; its arguments are of 64 bits on these architectures.
const makecontext = bind<[bigint, bigint, number, bigint, bigint, bigint], void>(
  "void makecontext(void *context, void *function, int count, uintptr_t a, uintptr_t b, uintptr_t c)",
);
const clone = bind<[bigint, bigint, number, bigint], number>(
  "int clone(void *function, void *stack, int flags, void *argument)",
);
const addressOf = (name: string): bigint => koffi.load(null).symbol(name) as bigint;

const cString = (text: string): Buffer => Buffer.from(`${text}\0`);

const lay = (arena: Arena, argument: Argument): bigint => {
  if (typeof argument === "number") return BigInt(argument);
  if (typeof argument === "string") return arena.put(cString(argument));
  if (Buffer.isBuffer(argument)) return arena.put(argument);
  const pointers = [...argument.map((text) => arena.put(cString(text))), 0n];
  return arena.put(new Uint8Array(BigUint64Array.from(pointers).buffer));
};

const sizeOf = (argument: Argument): number => {
  if (typeof argument === "number") return 0;
  if (typeof argument === "string") return Buffer.byteLength(argument) + 17;
  if (Buffer.isBuffer(argument)) return argument.length + 16;
  return argument.reduce((sum, text) => sum + sizeOf(text) + 8, 32);
};

/** A context that makes the call and then goes on with the next: its address. */
const prepare = (arena: Arena, call: Call, next: bigint): bigint => {
  const context = arena.take(contextSize);
  const stack = arena.take(stackSize);
  const address = arena.address(context);
  checked("prepare a process", getcontext(address));
  arena.bytes.writeBigUInt64LE(next, context + linkAt);
  arena.bytes.writeBigUInt64LE(arena.address(stack), context + stackAt);
  arena.bytes.writeBigUInt64LE(BigInt(stackSize), context + stackSizeAt);
  const [a = 0n, b = 0n, c = 0n] = call.args.map((argument) => lay(arena, argument));
  makecontext(address, addressOf(call.name), 3, a, b, c);
  return address;
};

const SIGCHLD = 17;

/**
 * Starts a child that makes the calls, in new namespaces as the flags of clone(2) say;
 * its pid. Throws with the errno of clone. The caller is to wait for it.
 */
export const startChild = (flags: number, list: readonly Call[]): number => {
  const text = list.flatMap(({ args }) => args).reduce<number>((sum, argument) => sum + sizeOf(argument), 0);
  const arena = new Arena(text + (list.length + 1) * (contextSize + stackSize) + 64);
  const first = list.reduceRight((next, call) => prepare(arena, call, next), 0n);
  const stack = arena.take(stackSize);
  return checked(
    "start a process",
    clone(addressOf("setcontext"), arena.address(stack + stackSize), flags | SIGCHLD, first),
  );
};
