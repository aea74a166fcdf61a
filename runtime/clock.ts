/** The machine's own time. */
import type { Clock } from "../src/core/clock.ts";

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
