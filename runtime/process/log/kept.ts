/**
 * What is kept of the logs of a system that is taken away: the last of each, for its owner alone.
 *
 *   /run/architect/SYSTEM/logs → /var/log/architect/SYSTEM     elsewhere: ROOT/SYSTEM/logs → ROOT.logs/SYSTEM
 */
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import type { InstanceLog, SystemPlace } from "../../../src/core/base-kind.ts";
import { isRefusal, refusedWith } from "../../kernel-error.ts";
import { pathPart } from "../../names.ts";
import { logsIn } from "../logs.ts";
import { readStat } from "../proc.ts";
import { isOwnDirectory, ownDirectory, stateRoot } from "../state.ts";
import { firstByte } from "./bounded-file.ts";
import { LogTimes, timeMark, timesFile } from "./times.ts";
import { refusalWords } from "./unkept.ts";

/** So much of a log is kept, in bytes; so many logs of a system, those written last; and so many systems. */
const mostBytes = 1 << 20;
const mostLogs = 100;
const mostSystems = 20;

const newline = 0x0a;

/** Where the logs of systems are kept that were in this directory. */
export const keptRoot = (root: string): string =>
  root === stateRoot({}, 0) ? "/var/log/architect" : `${root}.logs`;

/** The logs of a system that is gone. */
export interface KeptLogs {
  readonly directory: string;
  /** When the system was taken away, in milliseconds since 1970. */
  readonly keptAt: number;
  readonly all: readonly InstanceLog[];
}

/** The end of a log, from the beginning of a line on, and where in the log it begins. */
const endOf = (path: string): { readonly bytes: Buffer; readonly begin: number; readonly changed: Date } => {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size, mtime: changed } = fstatSync(fd);
    const begin = Math.max(firstByte(fd), size - mostBytes);
    const buffer = Buffer.alloc(size - begin);
    const bytes = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, begin));
    const next = begin === 0 ? 0 : bytes.indexOf(newline) + 1;
    // A line that is longer than what is kept has no other beginning.
    const cut = next === bytes.length ? 0 : next;
    return { bytes: bytes.subarray(cut), begin: begin + cut, changed };
  } finally {
    closeSync(fd);
  }
};

const keepLog = (path: string, copy: string): void => {
  const { bytes, begin, changed } = endOf(path);
  const marks = new LogTimes(path).marks.filter(({ size }) => size > begin);
  const options = { mode: 0o600, flag: "wx" };
  writeFileSync(
    timesFile(copy),
    Buffer.concat(marks.map((mark) => timeMark(mark.time, mark.size - begin))),
    options,
  );
  writeFileSync(copy, bytes, options);
  utimesSync(copy, changed, changed);
};

/** The logs to keep: those that something was printed to, the youngest first. */
const worthKeeping = (directory: string): readonly InstanceLog[] =>
  logsIn(directory)
    .all.map((log) => ({ log, stat: statSync(log.path) }))
    .filter(({ stat }) => stat.size > 0)
    .sort((a, b) => b.stat.mtimeMs - a.stat.mtimeMs)
    .slice(0, mostLogs)
    .map(({ log }) => log);

/** `.SYSTEM.PID`: what that process had begun to keep. */
const draftOf = (system: string): string => `.${pathPart(system)}.${process.pid}`;

const removeOld = (root: string): void => {
  for (const name of readdirSync(root)) {
    const pid = /^\..+\.(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && readStat(Number(pid)) === null) rmSync(`${root}/${name}`, { recursive: true });
  }
  for (const system of keptSystems(root).slice(mostSystems))
    rmSync(`${root}/${system}`, { recursive: true, force: true });
};

/**
 * Keeps the end of each log, in place of what was kept of an earlier system of that name. Where
 * that cannot be (a full disk) nothing is kept: it must not hinder the removal. Returns why, in words; null: all is kept.
 */
export const keepLogs = (
  { system, root, directory }: SystemPlace,
  keptIn = keptRoot(root),
): string | null => {
  const draft = `${keptIn}/${draftOf(system)}`;
  try {
    const logs = worthKeeping(`${directory}/logs`);
    if (logs.length === 0) return null;
    ownDirectory(keptIn);
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { mode: 0o700 });
    for (const { automaton, index, path } of logs) keepLog(path, `${draft}/${automaton}.${index}.log`);
    rmSync(`${keptIn}/${pathPart(system)}`, { recursive: true, force: true });
    renameSync(draft, `${keptIn}/${pathPart(system)}`);
    removeOld(keptIn);
    return null;
  } catch (error) {
    const words = refusalWords(`write in ${keptIn}`, error);
    discard(draft);
    return words;
  }
};

const discard = (draft: string): void => {
  try {
    rmSync(draft, { recursive: true, force: true });
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
};

/** The systems of which logs are kept, the youngest first. */
export const keptSystems = (keptIn: string): readonly string[] => {
  try {
    if (!isOwnDirectory(keptIn)) return [];
    return readdirSync(keptIn)
      .filter((name) => !name.startsWith("."))
      .map((name) => ({ name, at: statSync(`${keptIn}/${name}`).mtimeMs }))
      .sort((a, b) => b.at - a.at)
      .map(({ name }) => name);
  } catch (error) {
    // Somebody else's, or just removed.
    if (isRefusal(error)) return [];
    throw error;
  }
};

/** What is kept of a system; null where nothing is, or not by this user. */
export const keptLogs = (keptIn: string, system: string): KeptLogs | null => {
  const directory = `${keptIn}/${pathPart(system)}`;
  try {
    if (!isOwnDirectory(keptIn)) return null;
    const keptAt = statSync(directory).mtimeMs;
    return { directory, keptAt, all: logsIn(directory).all };
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ENOTDIR", "EACCES")) return null;
    throw error;
  }
};
