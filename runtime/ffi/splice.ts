/** Moving bytes from a pipe to a file within the kernel: whatever ends the process, each is in one or in the other. */
import koffi from "koffi";
import { bind, kernelError } from "./libc.ts";

const SPLICE_F_NONBLOCK = 2;
const rawSplice = bind<[number, null, number, null, number, number], number>(
  "intptr_t splice(int from, void *fromOffset, int to, void *toOffset, size_t length, unsigned int flags)",
);

/**
 * Moves bytes to the position of a file, which is not open for appending: so many at most, in one system call. Returns how
 * many; 0 at the end of the pipe; null where nothing is in it now. Throws a `KernelError`: ENOSPC, and EINVAL where the
 * file system cannot do it.
 */
export const splice = (pipe: number, file: number, length: number): number | null => {
  const moved = rawSplice(pipe, null, file, null, length, SPLICE_F_NONBLOCK);
  if (moved !== -1) return Number(moved);
  const errno = koffi.errno();
  if (errno === koffi.os.errno.EAGAIN || errno === koffi.os.errno.EINTR) return null;
  throw kernelError("move output from a pipe to a file", errno);
};
