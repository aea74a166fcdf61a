/** Children that ended: how, and that they are waited for. */
import { constants } from "node:os";
import { bind, checked, interrupted } from "./libc.ts";

/** How a process ended. Both null where it is not known: it was no child of ours, and this kernel tells only parents. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The end of a process that was no child, where the kernel tells nothing of it. */
export const unknownExit: Exit = { code: null, signal: null };

const P_PID = 1;
const P_PIDFD = 3;
const WNOHANG = 1;
const WEXITED = 4;
const CLD_EXITED = 1;
const waitid = bind<[number, number, Buffer, number], number>(
  "int waitid(int idtype, unsigned int id, void *info, int options)",
);
const rawKill = bind<[number, number], number>("int kill(int pid, int signal)");

const signalNames = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name] as const),
);

/** Takes the exit status of a child that ended, which ends it for good. */
export const reap = (pidfd: number): Exit => {
  const info = Buffer.alloc(128);
  // ECHILD: not ours to wait for.
  if (waitid(P_PIDFD, pidfd, info, WEXITED | WNOHANG) === -1) return unknownExit;
  // siginfo_t of a 64-bit Linux: si_code at 8, si_pid at 16, si_status at 24.
  if (info.readInt32LE(16) === 0) return unknownExit;
  const status = info.readInt32LE(24);
  return info.readInt32LE(8) === CLD_EXITED
    ? { code: status, signal: null }
    : { code: null, signal: signalNames.get(status) ?? `signal ${status}` };
};

const ioctl = bind<[number, number, Buffer], number>(
  "int ioctl(int fd, unsigned long request, void *argument)",
);
/** `_IOWR(0xff, 11, struct pidfd_info)`, of 64 bytes as it was first. */
const PIDFD_GET_INFO = 0xc040_ff0b;
const PIDFD_INFO_EXIT = 8n;

/**
 * How a process ended that was no child of ours, as the kernel tells whoever has had a pidfd of it, once its parent has taken its
 * exit status (`PIDFD_INFO_EXIT`, Linux 6.15). Null: not yet, or this kernel does not tell.
 */
export const toldExit = (pidfd: number): Exit | null => {
  const info = Buffer.alloc(64);
  info.writeBigUInt64LE(PIDFD_INFO_EXIT, 0);
  if (ioctl(pidfd, PIDFD_GET_INFO, info) === -1) return null;
  // struct pidfd_info: mask at 0, exit_code at 60, as wait(2) has it.
  if ((info.readBigUInt64LE(0) & PIDFD_INFO_EXIT) === 0n) return null;
  return exitOf(info.readInt32LE(60));
};

/** What wait(2) makes of a process that ended. */
export const exitOf = (status: number): Exit => {
  const signal = status & 0x7f;
  return signal === 0
    ? { code: (status >> 8) & 0xff, signal: null }
    : { code: null, signal: signalNames.get(signal) ?? `signal ${signal}` };
};

/** Waits until a child has ended, and takes it from the kernel: its number is another's from then on. */
export const waitForChild = (pid: number): void => {
  while (waitid(P_PID, pid, Buffer.alloc(128), WEXITED) === -1)
    if (!interrupted()) checked(`wait for process ${pid}`, -1);
};

/** Ends a child for good. */
export const killChild = (pid: number): void => {
  checked(`end process ${pid}`, rawKill(pid, constants.signals.SIGKILL));
  waitForChild(pid);
};
