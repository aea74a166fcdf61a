/**
 * Lists of C calls laid out in memory, so that a child can make them without JavaScript. For each
 * call, makecontext(3) prepares a context that makes it and goes on with the next one; setcontext(3),
 * given the first, begins.
 */
import koffi from "koffi";
import { type Argument, type Call, mostArguments } from "./calls.ts";
import { bind, checked } from "./libc.ts";
import { noSignals, withSignalMask } from "./signals.ts";

/** Memory that neither moves nor is kept from a child; freed when nothing refers to it. */
export class Arena {
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
const contextSize = 4608;
const linkAt = 8;
const stackAt = 16;
const stackSizeAt = 32;
/** The calls are thin wrappers around the kernel. */
export const stackSize = 8 * 1024;

const getcontext = bind<[bigint], number>("int getcontext(void *context)");
// Variadic in C; its arguments are of 64 bits on these architectures.
const makecontext = bind<[bigint, bigint, number, bigint, bigint, bigint, bigint, bigint, bigint], void>(
  "void makecontext(void *context, void *function, int count, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e, uintptr_t f)",
);

const addresses = new Map<string, bigint>();

/** The address of a function of libc. */
export const addressOf = (name: string): bigint => {
  const known = addresses.get(name);
  if (known !== undefined) return known;
  const found = koffi.load(null).symbol(name) as bigint;
  addresses.set(name, found);
  return found;
};

const cString = (text: string): Buffer => Buffer.from(`${text}\0`);

const lay = (arena: Arena, argument: Argument): bigint => {
  if (typeof argument === "bigint") return argument;
  if (typeof argument === "number") return BigInt(argument);
  if (typeof argument === "string") return arena.put(cString(argument));
  if (Buffer.isBuffer(argument)) return arena.put(argument);
  const pointers = [...argument.map((text) => arena.put(cString(text))), 0n];
  return arena.put(new Uint8Array(BigUint64Array.from(pointers).buffer));
};

const sizeOf = (argument: Argument): number => {
  if (typeof argument === "number" || typeof argument === "bigint") return 0;
  if (typeof argument === "string") return Buffer.byteLength(argument) + 17;
  if (Buffer.isBuffer(argument)) return argument.length + 16;
  return argument.reduce((sum, text) => sum + sizeOf(text) + 8, 32);
};

/** Room that lists of calls take, with a stack to begin each on. */
export const roomFor = (...lists: readonly (readonly Call[])[]): number => {
  const all = lists.flat();
  const texts = all.flatMap(({ args }) => args).reduce<number>((sum, argument) => sum + sizeOf(argument), 0);
  return texts + all.length * (contextSize + stackSize) + lists.length * stackSize + 64;
};

/** A context that makes the call and then goes on with the next: its address. */
const prepare = (arena: Arena, call: Call, next: bigint): bigint => {
  const context = arena.take(contextSize);
  const stack = arena.take(stackSize);
  const address = arena.address(context);
  const take = (): number => checked("prepare a process", getcontext(address));
  // The signals that are blocked now are blocked where the context goes on.
  if (call.name === "execve") withSignalMask(noSignals, take);
  else take();
  arena.bytes.writeBigUInt64LE(next, context + linkAt);
  arena.bytes.writeBigUInt64LE(arena.address(stack), context + stackAt);
  arena.bytes.writeBigUInt64LE(BigInt(stackSize), context + stackSizeAt);
  const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n] = call.args.map((argument) => lay(arena, argument));
  makecontext(address, addressOf(call.name), mostArguments, a, b, c, d, e, f);
  return address;
};

/** The context to begin with, and the end of a stack to begin on. */
export interface Beginning {
  readonly context: bigint;
  readonly stack: bigint;
}

/** Lays out a list of calls, the last of which does not come back. */
export const layOut = (arena: Arena, list: readonly Call[]): Beginning => {
  const context = list.reduceRight((next, call) => prepare(arena, call, next), 0n);
  return { context, stack: arena.address(arena.take(stackSize) + stackSize) };
};
