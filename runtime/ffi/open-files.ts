/** The limit of open files: each process has one of its own, and gives it to those it starts. */
import { type Call, calls } from "./calls.ts";
import { bind, checked } from "./libc.ts";

const RLIMIT_NOFILE = 7;

const prlimit = bind<[number, number, Buffer | null, Buffer | null], number>(
  "int prlimit(int pid, int resource, void *next, void *old)",
);

const bytesOf = (soft: bigint, hard: bigint): Buffer => Buffer.from(BigUint64Array.of(soft, hard).buffer);

/** The call by which a child takes a limit. */
export const openFilesCall = (count: number): Call => calls.openFiles(bytesOf(BigInt(count), BigInt(count)));

/** Gives a process that runs another limit. Throws a `KernelError`. */
export const setOpenFiles = (pid: number, count: number): void => {
  const bytes = bytesOf(BigInt(count), BigInt(count));
  checked(`limit the open files of process ${pid} to ${count}`, prlimit(pid, RLIMIT_NOFILE, bytes, null));
};

/**
 * Makes sure that a child of this process can take a limit: above its own only some may go. A child could not say that
 * it was refused. Throws with the words of the kernel.
 */
export const tryOpenFiles = (count: number): void => {
  const before = Buffer.alloc(16);
  checked("read the limit of open files", prlimit(0, RLIMIT_NOFILE, null, before));
  const [soft, hard] = [before.readBigUInt64LE(0), before.readBigUInt64LE(8)];
  if (BigInt(count) <= hard) return;
  const trial = prlimit(0, RLIMIT_NOFILE, bytesOf(soft, BigInt(count)), null);
  checked(`raise the limit of open files from ${hard} to ${count}`, trial);
  checked("lower the limit of open files", prlimit(0, RLIMIT_NOFILE, before, null));
};
