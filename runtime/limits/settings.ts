/** How limits stand in the files of a cgroup, of version 1 and 2. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { LimitName } from "../../src/core/limits.ts";
import { kernelErrorOf, refusedWith } from "../kernel-error.ts";
import type { Controller } from "./hierarchy.ts";

/** What a cgroup limits; open files are limited for each process by itself. */
export type GroupLimit = Exclude<LimitName, "files">;

/** The controller of each. */
export const controllerOf: Readonly<Record<GroupLimit, Controller>> = {
  memory: "memory",
  cpu: "cpu",
  processes: "pids",
};

export const groupLimits = Object.keys(controllerOf) as readonly GroupLimit[];

/** Microseconds; the kernel's own default. */
const period = 100_000;
/** The kernel shows "no limit" of version 1 as a number near to the largest. */
const hugeBytes = 2 ** 60;
/** The kernel counts memory in pages; the largest that there are have so many bytes. */
const largestPage = 65_536;

const put = (path: string, text: string): void => {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw kernelErrorOf(`write ${text} to ${path}`, error);
  }
};

const get = (path: string): string => readFileSync(path, "utf8").trim();

const numberOrNull = (text: string): number | null => (text === "max" || text === "-1" ? null : Number(text));

/** Version 1 also counts memory and swap together, which are never less than memory alone. */
const putMemory1 = (directory: string, value: number | null): void => {
  const [memory, both] = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"].map(
    (name) => `${directory}/${name}`,
  ) as [string, string];
  const text = String(value ?? -1);
  const files = existsSync(both) ? [memory, both] : [memory];
  const now = numberOrNull(get(memory)) ?? Number.POSITIVE_INFINITY;
  const grows = (value ?? Number.POSITIVE_INFINITY) > now;
  for (const file of grows ? files.reverse() : files) put(file, text);
};

interface Setting {
  readonly write: (directory: string, value: number | null) => void;
  /** Null: no limit. */
  readonly read: (directory: string) => number | null;
  /** Whether the kernel shows a value so. */
  readonly shows: (wanted: number, shown: number) => boolean;
}

const quota = (cores: number): number => Math.round(cores * period);
const samePages = (wanted: number, shown: number): boolean => shown <= wanted && wanted - shown < largestPage;
const sameQuota = (wanted: number, shown: number): boolean => quota(wanted) === quota(shown);
const same = (wanted: number, shown: number): boolean => wanted === shown;

const processes: Setting = {
  write: (directory, value) => put(`${directory}/pids.max`, value === null ? "max" : String(value)),
  read: (directory) => numberOrNull(get(`${directory}/pids.max`)),
  shows: same,
};

const first: Readonly<Record<GroupLimit, Setting>> = {
  memory: {
    write: putMemory1,
    read: (directory) => {
      const bytes = Number(get(`${directory}/memory.limit_in_bytes`));
      return bytes >= hugeBytes ? null : bytes;
    },
    shows: samePages,
  },
  cpu: {
    write: (directory, value) => {
      if (value !== null) put(`${directory}/cpu.cfs_period_us`, String(period));
      put(`${directory}/cpu.cfs_quota_us`, value === null ? "-1" : String(quota(value)));
    },
    read: (directory) => {
      const each = numberOrNull(get(`${directory}/cpu.cfs_quota_us`));
      return each === null ? null : each / Number(get(`${directory}/cpu.cfs_period_us`));
    },
    shows: sameQuota,
  },
  processes,
};

const second: Readonly<Record<GroupLimit, Setting>> = {
  memory: {
    write: (directory, value) => {
      // Else what passes the limit would go to the disk.
      const swap = `${directory}/memory.swap.max`;
      if (existsSync(swap)) put(swap, value === null ? "max" : "0");
      put(`${directory}/memory.max`, value === null ? "max" : String(value));
    },
    read: (directory) => numberOrNull(get(`${directory}/memory.max`)),
    shows: samePages,
  },
  cpu: {
    write: (directory, value) =>
      put(`${directory}/cpu.max`, `${value === null ? "max" : quota(value)} ${period}`),
    read: (directory) => {
      const [each = "max", of = period] = get(`${directory}/cpu.max`).split(" ");
      const number = numberOrNull(each);
      return number === null ? null : number / Number(of);
    },
    shows: sameQuota,
  },
  processes,
};

/** How a limit stands in a hierarchy of a version. */
export const settingOf = (limit: GroupLimit, version: 1 | 2): Setting =>
  (version === 1 ? first : second)[limit];

/** How many processes of a cgroup the kernel has ended for memory since it was made; 0 where it is gone. */
export const memoryKills = (directory: string, version: 1 | 2): number => {
  try {
    const text = get(`${directory}/${version === 1 ? "memory.oom_control" : "memory.events"}`);
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ENODEV")) return 0;
    throw error;
  }
};
