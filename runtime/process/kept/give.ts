/**
 * A tree of files given to a user. A program of the user before may still be at work in it, and put a link where a directory
 * was: so directories are opened without following links, and what is in them is named by the descriptor.
 */
import { closeSync, constants, fchownSync, fstatSync, lchownSync, openSync, readdirSync } from "node:fs";
import { refusedWith } from "../../kernel-error.ts";
import type { Credentials } from "../credentials.ts";

type Owner = Pick<Credentials, "uid" | "gid">;

/** Names are bytes: not all of them are UTF-8. */
const inside = (directory: number, name: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`/proc/self/fd/${directory}/`), name]);

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;

const withDirectory = (path: string | Buffer, work: (directory: number) => void): void => {
  const directory = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    work(directory);
  } finally {
    closeSync(directory);
  }
};

/** Last the directory itself: what was interrupted is begun again. */
const giveDirectory = (directory: number, owner: Owner): void => {
  for (const name of readdirSync(`/proc/self/fd/${directory}`, { encoding: "buffer" }))
    giveEntry(inside(directory, name), owner);
  fchownSync(directory, owner.uid, owner.gid);
};

const giveEntry = (path: Buffer, owner: Owner): void => {
  try {
    withDirectory(path, (directory) => giveDirectory(directory, owner));
  } catch (error) {
    if (refusedWith(error, "ENOTDIR", "ELOOP")) giveOther(path, owner);
    else if (!refusedWith(error, "ENOENT")) throw error; // it went meanwhile
  }
};

/** A file or a link; of a link itself, not of what it leads to. */
const giveOther = (path: Buffer, { uid, gid }: Owner): void => {
  try {
    lchownSync(path, uid, gid);
  } catch (error) {
    if (!refusedWith(error, "ENOENT")) throw error;
  }
};

/**
 * Gives a directory, with all in it, to a user and a group. Where it is theirs already nothing is looked at. Throws the error
 * of node:fs where it cannot be, or where there is no directory.
 */
export const give = (path: string, owner: Owner): void =>
  withDirectory(path, (directory) => {
    const { uid, gid } = fstatSync(directory);
    if (uid !== owner.uid || gid !== owner.gid) giveDirectory(directory, owner);
  });
