/**
 * Holds namespaces open, so that one lives on where its name is taken away: to put it
 * right is then to name it again, and its processes notice nothing.
 */
import { closeSync, fstatSync, readFileSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";
import { nameNamespace, namespaceInode, openNamespace } from "../namespaces.ts";

/** Of the descriptors that this process may have, so many of each hundred are for this. */
const share = 50;

const descriptorLimit = (): number => {
  const said = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return said === undefined ? 1_024 : Number(said);
};

export class Anchors {
  readonly #held = new Map<string, number>();
  readonly #most = Math.floor((descriptorLimit() * share) / 100);

  /** Holds what the name stands for now. Past its share of descriptors it holds no more. */
  hold(name: string): void {
    const inode = namespaceInode(name);
    if (inode === null) return;
    const held = this.#held.get(name);
    if (held !== undefined && fstatSync(held).ino === inode) return;
    this.release(name);
    if (this.#held.size >= this.#most) return;
    try {
      this.#held.set(name, openNamespace(name));
    } catch (error) {
      // Gone meanwhile, or there are too many: then it is made anew when it goes.
      if (!refusedWith(error, "ENOENT", "EMFILE", "ENFILE")) throw error;
    }
  }

  /** Whether a namespace has lost its name and is held. */
  isNameless(name: string): boolean {
    return this.#held.has(name) && namespaceInode(name) === null;
  }

  /** Whether the name stands for the namespace that is held. */
  isHeld(name: string): boolean {
    const held = this.#held.get(name);
    return held !== undefined && fstatSync(held).ino === namespaceInode(name);
  }

  /** Whether the name stands for another namespace than the one that is held. */
  isReplaced(name: string): boolean {
    const held = this.#held.get(name);
    const inode = namespaceInode(name);
    return held !== undefined && inode !== null && fstatSync(held).ino !== inode;
  }

  /** Names it again, where it is held; false where it is not. */
  restore(name: string): boolean {
    const held = this.#held.get(name);
    if (held === undefined) return false;
    nameNamespace(name, held);
    return true;
  }

  release(name: string): void {
    const held = this.#held.get(name);
    if (held !== undefined) closeSync(held);
    this.#held.delete(name);
  }

  close(): void {
    for (const name of [...this.#held.keys()]) this.release(name);
  }
}
