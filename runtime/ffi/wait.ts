/** Children that ended: how, and that they are waited for. */
import { constants } from "node:os";
import { bind, checked, interrupted } from "./libc.ts";

/** How a process ended. Both null where it was no child of ours: the kernel tells only parents. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The end of a process that was no child: the kernel tells nothing of it. */
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
