/** Directories that are empty at every start: in memory, in the calling thread's own mounts, and gone with the last process. */
import { statSync } from "node:fs";
import { MS_NODEV, MS_NOSUID, mount } from "../ffi/libc.ts";
import { kernelErrorOf } from "../kernel-error.ts";
import { makeMountPoints } from "./mount-points.ts";
import type { OwnedScratch } from "./view.ts";

/** Mounts the directories, each its owner's alone. `own`: see `makeMountPoints`. */
export const mountScratch = (directories: readonly OwnedScratch[], own: Set<number>): void => {
  for (const { path, size, owner } of directories) {
    try {
      const [place = path] = makeMountPoints([path], own);
      const of = owner === null ? "" : `,uid=${owner.uid},gid=${owner.gid}`;
      const most = size === undefined ? "" : `,size=${size}`;
      mount("architect", place, "tmpfs", MS_NOSUID | MS_NODEV, `mode=700${of}${most}`);
      own.add(statSync(place).dev);
    } catch (error) {
      throw kernelErrorOf(`make the scratch directory ${path}`, error);
    }
  }
};
