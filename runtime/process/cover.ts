/** Directories of the machine that are covered in each instance by ones of its own. */
import { mkdirSync, statSync } from "node:fs";
import { MS_NODEV, MS_NOSUID, mount } from "../ffi/libc.ts";
import { KernelError } from "../kernel-error.ts";
import { mountTerminals } from "./devices.ts";
import { emptied, layered } from "./private-directories.ts";

const isPlace = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const privateFlags = MS_NOSUID | MS_NODEV;

/** What is not done where the kernel refuses it; `tell` takes in words what an instance is not kept from by that. */
export const unless = (
  codes: readonly string[],
  what: string,
  tell: (words: string) => void,
  work: () => void,
): void => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof KernelError && codes.includes(error.code))) throw error;
    tell(`${what}: ${error.operation}: ${error.words} (${error.code})`);
  }
};

/**
 * Covers /run by a layer of the instance's own. Mounts below it, such as /run/user/1000, do not
 * show through. Where the kernel has no such layers the machine's own stays.
 */
const layer = (own: Own): void => {
  const space = "/tmp";
  mount("architect", space, "tmpfs", privateFlags, "mode=755");
  const [upper, work] = [`${space}/upper`, `${space}/work`];
  for (const directory of [upper, work]) mkdirSync(directory, { mode: 0o755 });
  // The space stays, covered like all of its place: unmounting waits for the whole kernel, longer than all else here.
  mount(
    "architect",
    layered,
    "overlay",
    privateFlags,
    `lowerdir=${layered},upperdir=${upper},workdir=${work}`,
  );
  own.add(statSync(layered).dev);
};

const noLayers = ["ENODEV", "EINVAL", "EPERM", "EOPNOTSUPP"];

/** What is mounted at a place is the instance's own: nothing that is made there is made on the machine. */
export type Own = Set<number>;

/** Covers the directories where programs meet, and terminals. */
export const coverPrivateDirectories = (own: Own, tell: (words: string) => void): void => {
  unless(noLayers, `it reaches what is in ${layered} of the machine`, tell, () => layer(own));
  for (const place of emptied)
    if (isPlace(place)) {
      mount("architect", place, "tmpfs", privateFlags, "mode=1777");
      own.add(statSync(place).dev);
    }
  if (isPlace("/dev/mqueue")) mount("architect", "/dev/mqueue", "mqueue", privateFlags);
  mountTerminals();
};
