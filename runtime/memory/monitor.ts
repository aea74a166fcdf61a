/** In memory every process answers as soon as it runs, and nobody connects to it. */
import type { Clock } from "../../src/core/clock.ts";
import type { Load, Monitor, MonitorTarget, OnHealth } from "../../src/core/monitor.ts";
import type { ResourceKey } from "../../src/core/resource.ts";

const idle: Load = { connections: 0, connectionRate: 0, bytes: 0, cpuSeconds: 0 };

/** The monitor of the memory base case: each process is ready as soon as it is watched, and each job has done its work. */
export const memoryMonitor = (
  onHealth: OnHealth,
  clock: Clock,
  onDone: (job: ResourceKey) => void = () => {},
): Monitor => {
  const watched = new Set<string>();
  return {
    watch: ({ process: { key, care } }: MonitorTarget) => {
      watched.add(key);
      clock.soon(() => {
        if (!watched.has(key)) return;
        if (care.once === true) onDone(key);
        else onHealth(key, { _tag: "ready", failures: 0 }, null);
      });
    },
    forget: (key) => void watched.delete(key),
    hubChanged: () => {},
    openConnections: (instances) => instances.map(() => 0),
    measure: (instances) => instances.map(() => idle),
    starting: () => {},
    lastLines: () => [],
    age: () => Number.POSITIVE_INFINITY,
    close: async () => watched.clear(),
  };
};
