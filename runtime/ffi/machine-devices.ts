/** The devices of the machine, for threads that have covered them. */
import { constants, openSync } from "node:fs";

const O_PATH = 0o10_000_000;

/** Open on the machine's own /dev, from before it was covered. */
let devices: number | null = null;

/** Keeps /dev, as the calling thread sees it now, within reach of this thread; returns whether it was not yet. */
export const holdDevices = (): boolean => {
  if (devices !== null) return false;
  devices = openSync("/dev", O_PATH | constants.O_DIRECTORY);
  return true;
};

/** Where a path leads on the machine: /dev of the calling thread may be covered. */
export const onMachine = (path: string): string =>
  devices !== null && `${path}/`.startsWith("/dev/")
    ? `/proc/thread-self/fd/${devices}${path.slice("/dev".length)}`
    : path;
