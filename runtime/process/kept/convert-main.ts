/**
 * Copies what is in a directory into an image, or out of one: `IMAGE DIRECTORY in|out`. It ends with 0 when all of it is on the
 * disk, else it tells why.
 */
import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { CLONE_NEWNS, MS_REC, MS_SLAVE, mount, unshare } from "../../ffi/libc.ts";
import { syncFileSystem } from "../../ffi/loop.ts";
import { findProgram, searchPath } from "../find-program.ts";
import { visitImage } from "./mount-image.ts";

/** With owners, modes, times, links, and what else the file systems know of. */
const copyAll = (from: string, to: string, open: number): void => {
  const cp = findProgram("cp", searchPath(), "/");
  const { status, stderr, error } = spawnSync(cp, ["-a", "--", `${from}/.`, `${to}/`], {
    env: { LC_ALL: "C" },
    stdio: ["ignore", "ignore", "pipe", open],
    encoding: "utf8",
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(stderr.trim().split("\n").at(-1) || `cp ended with ${status}`);
};

/** As the copying process has it open. */
const opened = "/proc/self/fd/3";

const convert = (image: string, directory: string, toImage: boolean): void => {
  unshare(CLONE_NEWNS);
  mount("none", "/", null, MS_REC | MS_SLAVE);
  // The image may be mounted over where it is.
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    visitImage(image, (inside) => {
      if (toImage) copyAll(opened, inside, fd);
      else copyAll(inside, opened, fd);
    });
    syncFileSystem(fd);
  } finally {
    closeSync(fd);
  }
};

const [image, directory, way] = process.argv.slice(2);
try {
  convert(image!, directory!, way === "in");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
