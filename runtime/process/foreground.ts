/** Runs a child in the foreground: forwards the signals that this process gets, and waits for its end. */
import { constants } from "node:os";
import { isatty } from "node:tty";
import type { Exit } from "../ffi/wait.ts";
import { readStat } from "./proc.ts";
import { Watcher } from "./watcher.ts";

/** Waits for a child in the foreground: it gets the signals that this process gets. */
export const waitInForeground = async (pid: number): Promise<Exit> => {
  const watcher = new Watcher();
  const forward = (signal: NodeJS.Signals): void => {
    // A key pressed at the terminal goes to both of them by itself.
    const byKey = signal === "SIGINT" || signal === "SIGQUIT";
    if (!byKey || !isatty(0)) process.kill(pid, signal);
  };
  const signals: readonly NodeJS.Signals[] = [
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
    "SIGQUIT",
    "SIGUSR2",
    "SIGWINCH",
  ];
  for (const signal of signals) process.on(signal, forward);
  const awake = setInterval(() => undefined, 60_000); // a watcher alone keeps no process alive
  try {
    return await new Promise<Exit>((resolve) => watcher.watch(pid, readStat(pid)?.startTime ?? 0, resolve));
  } finally {
    clearInterval(awake);
    for (const signal of signals) process.off(signal, forward);
    await watcher.close();
  }
};

/** A process that ends so leaves an image of its memory, which would be this one's. */
const leavesImage = new Set([
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGSEGV",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGSYS",
]);

/** The status with which this process ends as the child did; where that died of a signal, it dies of the same here. */
export const exitAlike = ({ code, signal }: Exit): number => {
  if (signal === null) return code ?? 1;
  const number = constants.signals[signal as NodeJS.Signals] ?? 0;
  if (number > 0 && !leavesImage.has(signal)) process.kill(process.pid, signal);
  return 128 + number;
};
