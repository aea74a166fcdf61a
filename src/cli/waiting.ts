/** Showing what is waited for. */
import type { Status } from "../live/control/status.ts";
import type { Progress } from "./render/progress.ts";
import { reasons } from "./render/status.ts";

/** How often it is looked what is not ready, in milliseconds. */
const lookMs = 250;

/** `waiting: api.0 is starting: nothing listens on 9000 yet, and 2 more`; null where nothing is to be waited for. */
export const waitingLine = (status: Status): string | null => {
  const [first, ...more] = [...reasons(status, true), ...status.problems];
  if (first === undefined) return null;
  return `waiting: ${first}${more.length === 0 ? "" : `, and ${more.length} more`}`;
};

/** Shows what is waited for, and why, until a promise settles. */
export const showWaiting = async <T>(
  progress: Progress,
  look: () => Promise<Status | null> | Status,
  done: Promise<T>,
): Promise<T> => {
  let shown: string | null = null;
  const show = async (): Promise<void> => {
    const status = await look();
    const line = status === null ? null : waitingLine(status);
    if (line === null || line === shown) return;
    shown = line;
    progress.phase(line);
  };
  const timer = setInterval(() => void show(), lookMs);
  try {
    return await done;
  } finally {
    clearInterval(timer);
  }
};
