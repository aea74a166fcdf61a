/** Filters of system calls (seccomp): programs that the kernel runs before each call of a thread and of all that it starts. */
import koffi from "koffi";
import { KernelError } from "../kernel-error.ts";
import { bind, checked } from "./libc.ts";

/** What a filter knows a family of numbers by: `AUDIT_ARCH_…` of linux/audit.h. */
export interface CallNumbers {
  readonly architecture: number;
  /** The calls from the first to the last of these numbers. */
  readonly first: number;
  readonly last: number;
}

const SECCOMP_SET_MODE_FILTER = 1;
/** No slower processors for the sake of a filter: see `Documentation/userspace-api/spec_ctrl.rst`. */
const SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
const RET_ALLOW = 0x7fff_0000;
const RET_ERRNO = 0x0005_0000;
const EPERM = 1;

const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_OR_EQUAL = 0x35;
const JUMP_GREATER = 0x25;
const RETURN = 0x06;
/** Of `struct seccomp_data`. */
const numberAt = 0;
const architectureAt = 4;

/** `struct sock_filter`. The jumps count the instructions that are left out. */
const instruction = (code: number, value: number, ifTrue = 0, ifFalse = 0): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(value >>> 0, 4);
  return bytes;
};

/** A filter that refuses calls with EPERM and lets all others through. */
export const refusingFilter = (refused: readonly CallNumbers[]): readonly Buffer[] => [
  ...refused.flatMap(({ architecture, first, last }) => [
    instruction(LOAD, architectureAt),
    instruction(JUMP_EQUAL, architecture, 0, 4),
    instruction(LOAD, numberAt),
    instruction(JUMP_GREATER_OR_EQUAL, first, 0, 2),
    instruction(JUMP_GREATER, last, 1, 0),
    instruction(RETURN, RET_ERRNO | EPERM),
  ]),
  instruction(RETURN, RET_ALLOW),
];

/** Of seccomp(2), which is older than the numbers that all architectures have in common. */
const numbers: Readonly<Record<string, number>> = {
  x64: 317,
  arm64: 277,
  riscv64: 277,
  loong64: 277,
  ppc64: 358,
};

const seccomp = bind<[number, number, number, Buffer], number>(
  "long syscall(long number, long operation, long flags, void *program)",
);

/**
 * Filters the calls of the calling thread and of all that it starts, for good. It takes CAP_SYS_ADMIN in its user namespace.
 * Throws a `KernelError`: EINVAL where the kernel has no filters.
 */
export const filterCalls = (filter: readonly Buffer[]): void => {
  const doing = "filter system calls";
  const number = numbers[process.arch];
  if (number === undefined) throw new KernelError(doing, "ENOSYS", `nobody told us how on ${process.arch}`);
  const instructions = Buffer.concat(filter);
  const program = Buffer.alloc(16);
  program.writeUInt16LE(filter.length, 0);
  program.writeBigUInt64LE(koffi.address(instructions), 8);
  checked(doing, seccomp(number, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, program));
};
