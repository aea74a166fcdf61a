/** All processes of the machine at one moment, looked at once, whatever is asked of it. */
import { allPids, netnsInode, pidNamespace } from "./proc.ts";

type Groups = ReadonlyMap<number, readonly number[]>;

const groupBy = (numberOf: (pid: number) => number | null): Groups => {
  const groups = new Map<number, number[]>();
  for (const pid of allPids()) {
    const number = numberOf(pid);
    if (number === null) continue;
    const group = groups.get(number);
    if (group === undefined) groups.set(number, [pid]);
    else group.push(pid);
  }
  return groups;
};

/** All processes by their namespaces, read once and when first asked for. */
export class ProcessIndex {
  #byNetwork: Groups | null = null;
  #byPidNamespace: Groups | null = null;

  /** Those in the network namespace of this number, which is held: living ones, as the dead are in none. */
  inNetwork(inode: number): readonly number[] {
    this.#byNetwork ??= groupBy(netnsInode);
    return this.#byNetwork.get(inode) ?? [];
  }

  /** Those in the pid namespace of this number, also the dead. */
  inPidNamespace(inode: number): readonly number[] {
    this.#byPidNamespace ??= groupBy(pidNamespace);
    return this.#byPidNamespace.get(inode) ?? [];
  }
}
