/** The machine's own time. */

import type { Clock } from "../src/core/clock.ts";
import { zoneNamed } from "../src/core/cron.ts";

export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
  every: (milliseconds, call) => {
    const timer = setInterval(call, milliseconds).unref();
    return () => clearInterval(timer);
  },
  soon: (call) => queueMicrotask(call),
  later: (call) => void setImmediate(call),
};

/** The time zone of this process, as its variable `TZ` or else the machine says it. */
export const systemZone = (): string =>
  zoneNamed(Intl.DateTimeFormat().resolvedOptions().timeZone ?? "") ?? "UTC";
