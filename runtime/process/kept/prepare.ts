/** Kept directories before a program starts: made, handed on from a former name, and the user's. */
import { chmodSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import type { KeptDirectory, Process } from "../../../src/core/resource.ts";
import { KernelError, kernelErrorOf } from "../../kernel-error.ts";
import type { Credentials } from "../credentials.ts";
import { isAlive } from "../proc.ts";
import { readRecord } from "../record.ts";
import { ownDirectory, removeIfEmpty, type SystemState } from "../state.ts";
import { give } from "./give.ts";
import { type KeptBy, keptPlace, keptRoot } from "./places.ts";

/** A directory of the machine, and where an instance sees it. */
export interface BoundDirectory {
  readonly source: string;
  readonly target: string;
  /** It can only read there. */
  readonly readOnly?: true;
}

/** Makes all directories above one, each for its owner alone. */
const makeAbove = (place: string): void => {
  const root = keptRoot();
  mkdirSync(dirname(root), { recursive: true });
  for (const part of [root, ...partsBelow(root, dirname(place))]) ownDirectory(part);
};

const partsBelow = (root: string, path: string): readonly string[] => {
  const parts = path.slice(root.length + 1).split("/");
  return parts.map((_, i) => `${root}/${parts.slice(0, i + 1).join("/")}`);
};

/** Whether what keeps a directory still runs. */
const isUsed = (state: SystemState, { automaton, index }: KeptBy): boolean => {
  const record = readRecord(state, automaton, index);
  return record !== null && isAlive(record.pid, record.startTime);
};

/** Takes over what an earlier name kept, if there is something and nothing of the new name. */
const handOn = (state: SystemState, from: KeptBy, to: KeptBy): void => {
  const [source, target] = [keptPlace(state, from), keptPlace(state, to)];
  if (existsSync(target) || !existsSync(source)) return;
  if (from.automaton !== to.automaton && isUsed(state, from))
    throw new KernelError(
      `hand on the state ${from.automaton}.${from.name}`,
      "EBUSY",
      `${from.automaton}.${from.index} still runs with it`,
    );
  makeAbove(target);
  renameSync(source, target);
  for (const above of [dirname(source), dirname(dirname(source))]) removeIfEmpty(above);
};

const formerOf = ({ automaton, index }: Process, formerly: string): KeptBy => {
  const [first = "", second] = formerly.split(".");
  return second === undefined ? { automaton, index, name: first } : { automaton: first, index, name: second };
};

const prepare = (
  state: SystemState,
  process: Process,
  { name, path, formerly }: KeptDirectory,
  user: Credentials,
): BoundDirectory => {
  const { automaton, index } = process;
  const by = { automaton, index, name };
  const source = keptPlace(state, by);
  if (formerly !== undefined) handOn(state, formerOf(process, formerly), by);
  if (!existsSync(source)) {
    makeAbove(source);
    mkdirSync(source, { mode: 0o700 });
    chmodSync(source, 0o700);
  }
  give(source, user);
  return { source, target: path };
};

/**
 * Makes sure of the directories that a process keeps: they are there and belong to its user. Throws a `KernelError` where the
 * disk takes no change, or where what is to be handed on is still in use.
 */
export const prepareKept = (
  state: SystemState,
  process: Process,
  user: Credentials | null,
): readonly BoundDirectory[] => {
  const own = {
    uid: globalThis.process.getuid?.() ?? 0,
    gid: globalThis.process.getgid?.() ?? 0,
    groups: [],
  };
  return (process.state ?? []).map((kept) => {
    try {
      return prepare(state, process, kept, user ?? own);
    } catch (error) {
      if (error instanceof KernelError) throw error;
      throw kernelErrorOf(`keep the state ${process.automaton}.${process.index} ${kept.name}`, error);
    }
  });
};
