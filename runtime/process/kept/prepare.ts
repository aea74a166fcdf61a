/** Kept directories before a program starts: made, handed on from a former name, and the user's. */
import { chmodSync, closeSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import type { StateSizes } from "../../../src/core/limits.ts";
import type { KeptDirectory, Process } from "../../../src/core/resource.ts";
import { KernelError, kernelErrorOf } from "../../kernel-error.ts";
import type { Credentials } from "../credentials.ts";
import { isAlive } from "../proc.ts";
import { readRecord } from "../record.ts";
import { ownDirectory, removeIfEmpty, type SystemState } from "../state.ts";
import { becomeDirectory, becomeImage } from "./convert.ts";
import { draftOf, removeBeside, tidyBeside, whereNow } from "./drafts.ts";
import { formerOf } from "./former.ts";
import { give } from "./give.ts";
import { checkGrowth, growImage, imageSize } from "./grow.ts";
import { imageBytes, lockedWhenFree, makeImage, place } from "./image.ts";
import { kindAt } from "./kind.ts";
import { type KeptBy, keptPlace, keptRoot } from "./places.ts";

/** A directory of the machine, and where an instance sees it. */
export interface BoundDirectory {
  readonly source: string;
  readonly target: string;
  /** It can only read there. */
  readonly readOnly?: true;
  /** The source is an image, and what is in it belongs to this user. */
  readonly imageOf?: Pick<Credentials, "uid" | "gid">;
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
const handOn = (state: SystemState, from: KeptBy, to: KeptBy, size: number | undefined): void => {
  const [source, target] = [keptPlace(state, from), keptPlace(state, to)];
  const now = whereNow(source);
  if (existsSync(target) || !existsSync(now)) return;
  if (from.automaton !== to.automaton && isUsed(state, from))
    throw new KernelError(
      `hand on the state ${from.automaton}.${from.name}`,
      "EBUSY",
      `${from.automaton}.${from.index} still runs with it`,
    );
  // What cannot have its size stays where it is.
  if (size !== undefined && kindAt(now) === "image") checkGrowth(now, imageBytes(size));
  makeAbove(target);
  renameSync(now, target);
  removeBeside(source);
  for (const above of [dirname(source), dirname(dirname(source))]) removeIfEmpty(above);
};

/** Makes sure of a directory without a size. */
const prepareDirectory = async (source: string, user: Credentials): Promise<void> => {
  if (kindAt(source) === "image") await becomeDirectory(source);
  if (kindAt(source) === "nothing") {
    makeAbove(source);
    mkdirSync(source, { mode: 0o700 });
    chmodSync(source, 0o700);
  }
  give(source, user);
};

/** Makes sure of an image that nobody has mounted. One that was handed on may be smaller. */
const prepareImage = async (source: string, size: number): Promise<void> => {
  const kind = kindAt(source);
  if (kind === "image") {
    closeSync(await lockedWhenFree(source));
    if ((imageSize(source)?.bytes ?? 0) < imageBytes(size)) await growImage(source, size, null);
  } else if (kind === "directory") await becomeImage(source, size);
  else {
    makeAbove(source);
    const draft = draftOf(source);
    await makeImage(draft, imageBytes(size));
    place(draft, source);
  }
};

const prepare = async (
  state: SystemState,
  process: Process,
  { name, path, formerly }: KeptDirectory,
  user: Credentials,
  size: number | undefined,
): Promise<BoundDirectory> => {
  const { automaton, index } = process;
  const by = { automaton, index, name };
  const source = keptPlace(state, by);
  tidyBeside(source);
  if (formerly !== undefined) handOn(state, formerOf(process, formerly), by, size);
  try {
    if (size === undefined) await prepareDirectory(source, user);
    else await prepareImage(source, size);
  } catch (error) {
    // Of a change that was not finished nothing stays that takes room.
    tidyBeside(source);
    throw error;
  }
  return { source, target: path, ...(size === undefined ? {} : { imageOf: user }) };
};

/**
 * Makes sure of the directories that a process keeps: they are there and belong to its user, and those that have a size have it
 * (`sizes`, by name; in bytes). Throws a `KernelError` where the disk takes no change, or where what is to be handed on is
 * still in use.
 */
export const prepareKept = async (
  state: SystemState,
  process: Process,
  user: Credentials | null,
  sizes: StateSizes = {},
): Promise<readonly BoundDirectory[]> => {
  const own = {
    uid: globalThis.process.getuid?.() ?? 0,
    gid: globalThis.process.getgid?.() ?? 0,
    groups: [],
  };
  const bound: BoundDirectory[] = [];
  for (const kept of process.state ?? []) {
    try {
      bound.push(await prepare(state, process, kept, user ?? own, sizes[kept.name]));
    } catch (error) {
      if (error instanceof KernelError) throw error;
      throw kernelErrorOf(`keep the state ${process.automaton}.${process.index} ${kept.name}`, error);
    }
  }
  return bound;
};
