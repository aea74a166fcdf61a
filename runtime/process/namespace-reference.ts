/**
 * References to network namespaces. What tells one from all others is a number, and
 * the kernel gives the number of a namespace that has gone to the next one that is made.
 * It stands for the same one as long as it is held, and no longer: no process may be ended
 * for living in a namespace that was only looked at.
 */
import { closeSync, constants, fstatSync, openSync, statSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";
import { namespacePath } from "../namespaces.ts";
import { type Identity, isAlive, netnsInode } from "./proc.ts";

/** A network namespace that is held open: its inode number is that of no other one. */
export class NamespaceReference {
  readonly fd: number;
  /** Of no other namespace until it is released. */
  readonly inode: number;

  /** Takes over a descriptor that is open on a namespace. */
  constructor(fd: number) {
    this.fd = fd;
    this.inode = fstatSync(fd).ino;
  }

  release(): void {
    closeSync(this.fd);
  }
}

/** Null where there is nothing at the path, or no namespace. */
const openNamespaceAt = (path: string): NamespaceReference | null => {
  try {
    const fd = openSync(path, constants.O_RDONLY);
    // The number of a file would mean nothing.
    if (fstatSync(fd).dev === statSync("/proc/self/ns/net").dev) return new NamespaceReference(fd);
    closeSync(fd);
    return null;
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return null;
    throw error;
  }
};

/** The namespace that a name stands for now. */
export const openNamed = (name: string): NamespaceReference | null => openNamespaceAt(namespacePath(name));

/** The namespace that a process is in, whatever became of its name; null where it is dead. */
export const openNetworkOf = ({ pid, startTime }: Identity): NamespaceReference | null => {
  const held = openNamespaceAt(`/proc/${pid}/ns/net`);
  // Looked at after opening: it was this process that was opened.
  if (held === null || isAlive(pid, startTime)) return held;
  held.release();
  return null;
};

/** The namespaces in which no process is ever ended: the network of this process, and that of the machine. */
export const isProtected = ({ inode }: NamespaceReference): boolean =>
  inode === netnsInode(process.pid) || inode === netnsInode(1);
