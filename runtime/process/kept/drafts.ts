/** What stands beside a kept directory while another one takes its place, under names that no state has. */
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { refusedWith } from "../../kernel-error.ts";
import { syncDirectory } from "./image.ts";

/** A name for a draft. Whoever is left at work on an earlier one, after the orchestrator was killed, has another. */
export const draftOf = (place: string): string =>
  `${dirname(place)}/.${basename(place)}.${randomBytes(6).toString("hex")}`;

/** Where what was kept is for the moment in which its successor has yet to come. */
const predecessorOf = (place: string): string => `${dirname(place)}/.${basename(place)}.before`;

const namesBeside = (place: string): readonly string[] => {
  try {
    return readdirSync(dirname(place)).filter((name) => name.startsWith(`.${basename(place)}.`));
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
};

/** Where what is kept at a place is now: also between the two renames of a change that was interrupted. */
export const whereNow = (place: string): string => {
  const before = predecessorOf(place);
  return !existsSync(place) && existsSync(before) ? before : place;
};

/** Removes what an interrupted change has left beside a kept directory; what had to make room comes back if nothing took its place. */
export const tidyBeside = (place: string): void => {
  const now = whereNow(place);
  if (now !== place) renameSync(now, place);
  removeBeside(place);
};

/** Removes all that stands beside it. */
export const removeBeside = (place: string): void => {
  for (const name of namesBeside(place))
    rmSync(`${dirname(place)}/${name}`, { recursive: true, force: true });
};

/** Puts a finished draft in the place of what is kept: at each moment, also after a crash, one of the two is there as a whole. */
export const replaceKept = (draft: string, place: string): void => {
  renameSync(place, predecessorOf(place));
  renameSync(draft, place);
  syncDirectory(dirname(place));
  removeBeside(place);
};
