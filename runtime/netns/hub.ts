/**
 * The namespace that all instances of a system are wired to: it routes between their
 * links what its table allows. Sockets stay open on it while the base case lives.
 */
import { closeSync, fstatSync } from "node:fs";
import { type Hub as HubResource, hubKey } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import {
  createNamespace,
  deleteNamespace,
  nameNamespace,
  namespaceInode,
  openNamespace,
  withNamespace,
} from "../namespaces.ts";
import { getLinks, type Link, readLink } from "../netlink/link.ts";
import { asError, buses, NetlinkSocket } from "../netlink/socket.ts";
import type { Owned } from "../owner.ts";
import { Firewall } from "./firewall.ts";
import {
  allSettings,
  firstSettings,
  fixtures,
  mendFixtures,
  mendTracking,
  wrongWithFixtures,
} from "./fixtures.ts";
import { mark, occupantOf } from "./marker.ts";
import { firstLinkIndex } from "./names.ts";
import { Reaper } from "./reaper.ts";
import { HeldSettings, putSettings } from "./sysctl.ts";

/** The name is taken by something that we have not made. */
export const foreignNamespace = (name: string): KernelError =>
  new KernelError(
    `create the namespace ${name}`,
    "EEXIST",
    "there is a namespace of that name that is not of this system; it is left alone",
  );

/** Makes the hub's namespace, with nothing in it but what every hub has. EEXIST where the name is taken. */
export const createHub = (name: string, owned: Owned): void => {
  if (occupantOf(name, owned)._tag === "remains") deleteNamespace(name);
  createNamespace(name, () => {
    const socket = new NetlinkSocket(buses.route);
    try {
      socket.request(mark(owned, { _tag: "hub", root: owned.root }));
      putSettings(firstSettings);
      socket.insist(fixtures);
    } finally {
      socket.close();
    }
  });
};

export class Hub {
  readonly name: string;
  readonly fd: number;
  readonly route: NetlinkSocket;
  readonly firewall: Firewall;
  readonly #filter: NetlinkSocket;
  readonly #reaper: Reaper;
  readonly #settings: HeldSettings;
  readonly #owned: Owned;
  #nextIndex: number;

  private constructor(name: string, fd: number, owned: Owned) {
    this.name = name;
    this.#owned = owned;
    this.fd = fd;
    const [route, filter, reaper] = withNamespace(fd, () => [
      new NetlinkSocket(buses.route),
      new NetlinkSocket(buses.netfilter),
      new NetlinkSocket(buses.route),
    ]);
    this.route = route!;
    this.#filter = filter!;
    this.firewall = new Firewall(this.#filter, owned.system);
    const indexes = this.route.dump(getLinks, readLink).map((link) => link.index);
    this.#nextIndex = Math.max(firstLinkIndex - 1, ...indexes) + 1;
    this.#reaper = new Reaper(reaper!);
    this.#settings = new HeldSettings(fd, allSettings);
  }

  /** The hub that is there; null where there is none. Throws where the name is someone else's. */
  static open(name: string, owned: Owned): Hub | null {
    const occupant = occupantOf(name, owned);
    switch (occupant._tag) {
      case "nobody":
      case "remains":
        return null;
      case "foreign":
        throw foreignNamespace(name);
      case "ours":
        if (occupant.marker._tag !== "hub") throw foreignNamespace(name);
        return new Hub(name, openNamespace(name), owned);
    }
  }

  /** Makes one; its table comes with the first change. */
  static create(name: string, owned: Owned): Hub {
    createHub(name, owned);
    return new Hub(name, openNamespace(name), owned);
  }

  /** Puts everything right. Throws where the kernel refuses. */
  repair(): void {
    // As long as it is held open here it lives, with all that is in it.
    if (this.standing() === "nameless") nameNamespace(this.name, this.fd);
    mendFixtures(this.fd, this.route, this.#owned);
    const refused = this.firewall.repair();
    if (refused !== null) throw asError(refused);
    mendTracking(this.fd);
  }

  /** What the name stands for: this namespace, nothing, or something else. */
  standing(): "named" | "nameless" | "replaced" {
    const inode = namespaceInode(this.name);
    if (inode === null) return "nameless";
    return inode === fstatSync(this.fd).ino ? "named" : "replaced";
  }

  /** As it is seen where it has lost its name. */
  nameless(): HubResource {
    return { kind: "hub", key: hubKey, automaton: null, system: this.#owned.system, netns: "" };
  }

  /**
   * What of all that every hub has beside its table is not as it must be, in words; null: all
   * is. `soon`: as for `viewInstance`.
   */
  wrong(soon: boolean): string | null {
    return this.wrongSetting() ?? wrongWithFixtures(this.route, this.#owned, soon);
  }

  /** Of that, what the kernel tells of no change. */
  wrongSetting(): string | null {
    return this.#settings.wrong();
  }

  /** An index for a link that no link of the hub has or had, and larger than the one given. */
  freshIndex(above = 0): number {
    const index = Math.max(this.#nextIndex, above + 1);
    this.#nextIndex = index + 1;
    return index;
  }

  /** So many indexes in a row; the first of them. */
  reserveIndexes(count: number): number {
    const first = this.#nextIndex;
    this.#nextIndex = first + count;
    return first;
  }

  /** Removes a link whose name is given free at once, by and by. */
  retire(link: Link): void {
    this.#reaper.retire(this.route, link);
  }

  /** Of the socket that changes the table. */
  get filterPort(): number {
    return this.#filter.port;
  }

  get connections(): NetlinkSocket {
    return this.#filter;
  }

  /** Waits for what is being removed. */
  async close(): Promise<void> {
    await this.#reaper.close();
    this.route.close();
    this.#filter.close();
    this.#settings.close();
    closeSync(this.fd);
  }
}
