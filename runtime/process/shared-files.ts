/** Files of the machine that an instance sees as the machine has them. */
import { closeSync, existsSync, realpathSync, statSync } from "node:fs";
import type { SharedFiles } from "../../src/core/resource.ts";
import { moveMount, openTree } from "../ffi/libc.ts";
import { onMachine } from "../ffi/machine-devices.ts";
import { KernelError, kernelErrorOf } from "../kernel-error.ts";
import { keptRoot } from "./kept/places.ts";
import { makeFilePoint, makeMountPoints } from "./mount-points.ts";
import { stateRoot } from "./state.ts";

/** What is shared, open as the machine has it. */
export interface OpenShare extends SharedFiles {
  readonly tree: number;
  readonly isDirectory: boolean;
  /** Where an instance would see what belongs to systems in it. */
  readonly ours: readonly string[];
}

/** What belongs to systems, and is nobody's to see in an instance. */
const ours = (): readonly string[] =>
  [keptRoot(), stateRoot()].filter(existsSync).map((path) => realpathSync(path));

/** Where it is on the machine, without links; null of a device: there nothing is kept. */
const realOf = (source: string): string | null =>
  onMachine(source) === source ? realpathSync(source) : null;

/** Throws a `KernelError` that names what is not there, or is not to be shared. */
export const checkShared = (shares: readonly SharedFiles[] = []): void => {
  for (const { source } of shares) {
    const what = `share ${source}`;
    try {
      if (statSync(onMachine(source), { throwIfNoEntry: false }) === undefined)
        throw new KernelError(what, "ENOENT", "there is nothing of that name on this machine");
      const real = realOf(source);
      if (real !== null && ours().some((root) => `${real}/`.startsWith(`${root}/`)))
        throw new KernelError(what, "EPERM", "it is where systems keep their state and their secrets");
    } catch (error) {
      throw kernelErrorOf(what, error);
    }
  }
};

/** Where an instance would see what belongs to systems, as far as it lies in what is shared. */
const oursIn = ({ source, path }: SharedFiles): readonly string[] => {
  const real = realOf(source);
  return ours().flatMap((root) =>
    real !== null && root.startsWith(`${real}/`) ? [`${path}${root.slice(real.length)}`] : [],
  );
};

/** Opens what is shared, from where the calling thread sees what the machine has. */
export const openShared = (shares: readonly SharedFiles[]): readonly OpenShare[] => {
  checkShared(shares);
  return shares.map((one) => {
    const place = onMachine(one.source);
    return { ...one, tree: openTree(place), isDirectory: statSync(place).isDirectory(), ours: oursIn(one) };
  });
};

/** Mounts what is shared, in the calling thread's own mounts. `own`: see `makeMountPoints`. */
export const mountShared = (shares: readonly OpenShare[], own: Set<number>): void => {
  for (const { path, tree, isDirectory } of shares) {
    try {
      const [place = path] = isDirectory ? makeMountPoints([path], own) : [makeFilePoint(path, own)];
      moveMount(tree, place);
    } catch (error) {
      throw kernelErrorOf(`share ${path}`, error);
    }
  }
};

/** Closes what was opened. */
export const closeShared = (shares: readonly OpenShare[]): void => {
  for (const { tree } of shares) closeSync(tree);
};
