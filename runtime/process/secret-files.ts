/** The files of /run/secrets, in the calling thread's own mounts: in memory that is never swapped, and gone with the last process. */
import { closeSync, fchownSync, openSync, writeSync } from "node:fs";
import { MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_REMOUNT, mount } from "../ffi/libc.ts";
import { makeMountPoints } from "./mount-points.ts";
import type { SecretFiles } from "./view.ts";

/** Where programs find their secrets. */
const secretsDirectory = "/run/secrets";

const flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

const writeAll = (file: number, content: Uint8Array): void => {
  for (let at = 0; at < content.length; ) at += writeSync(file, content, at);
};

/** Writes the files, each for its owner alone. `own`: see `makeMountPoints`. */
export const mountSecrets = ({ files, owner }: SecretFiles, own: Set<number>): void => {
  if (files.length === 0) return;
  const [place = secretsDirectory] = makeMountPoints([secretsDirectory], own);
  mount("architect", place, "ramfs", flags, "mode=755");
  for (const { name, content } of files) {
    const file = openSync(`${place}/${name}`, "wx", 0o400);
    try {
      writeAll(file, content);
      if (owner !== null) fchownSync(file, owner.uid, owner.gid);
    } finally {
      closeSync(file);
    }
  }
  mount("architect", place, null, MS_REMOUNT | MS_BIND | MS_RDONLY | flags);
};
