/**
 * Removes links without waiting: the kernel takes tens of milliseconds to let go of
 * one, and no longer for many at a time. A retired link gives its name free at once and
 * joins a group, which is then removed on another thread.
 */
import { deleteGroup, deleteLink, type Link, setLink } from "../netlink/link.ts";
import { asError, type NetlinkSocket } from "../netlink/socket.ts";

/** Links of this group in a hub are on their way out. */
const retiredGroup = 0x61726368;

/** A name for a link that is on its way out. */
export const retiredName = (index: number): string => `gone${index}`;

export class Reaper {
  readonly #socket: NetlinkSocket;
  #running: Promise<void> | null = null;
  /** Whether a link was retired since the removal that runs began. */
  #more = false;

  /** On a socket in the hub that nobody else uses. */
  constructor(socket: NetlinkSocket) {
    this.#socket = socket;
    // Those that an earlier life did not come to.
    this.#wake();
  }

  /** `socket`: any in the namespace of the link. */
  retire(socket: NetlinkSocket, link: Link): void {
    const [renamed] = socket.perform([
      setLink(link.index, { name: retiredName(link.index), group: retiredGroup }),
    ]);
    // Kernels before 6.3 rename no link that is up.
    if (renamed?.code === "EBUSY") socket.insist([deleteLink(link.name)]);
    else if (renamed !== null && renamed !== undefined) throw asError(renamed);
    else this.#wake();
  }

  #wake(): void {
    this.#more = true;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    while (this.#more) {
      this.#more = false;
      // There may be none; whatever else is refused is found by name when it is in the way.
      await this.#socket.performElsewhere(deleteGroup(retiredGroup));
    }
    this.#running = null;
  }

  async close(): Promise<void> {
    await this.#running;
    this.#socket.close();
  }
}
