/**
 * Publishes as root, by rules of the kernel: published ports work on without us. All
 * that is needed in the host's namespace is a link, routes and a table of the system's
 * own, made with the first publication and removed with the last.
 */

import type { Failure } from "../../../src/core/base.ts";
import { portsText, publishedPorts } from "../../../src/core/port-range.ts";
import { hubKey, type Publication, type ResourceKey } from "../../../src/core/resource.ts";
import { KernelError, throwUndone } from "../../kernel-error.ts";
import { buses, NetlinkSocket } from "../../netlink/socket.ts";
import { elementId, type Placed, requestsFor } from "../../nftables/ruleset.ts";
import { deleteTable, type Table } from "../../nftables/table.ts";
import type { Owned } from "../../owner.ts";
import { wrongNeighbour } from "../end.ts";
import { failed } from "../failure.ts";
import type { Hub } from "../hub.ts";
import { type KernelEvent, NetlinkListener } from "../listen/netlink-listener.ts";
import type { Readiness } from "../listen/readiness.ts";
import type { OnHost, Publisher } from "../publisher.ts";
import { putSettings, type Setting, wrongSetting } from "../sysctl.ts";
import { isVip } from "./anywhere.ts";
import { endFlowsBeside, endFlowsFrom, endFlowsOf, type HostSockets } from "./flows.ts";
import {
  findHostLink,
  isSilent,
  keepOnLinkOf,
  keptByHostLink,
  mendHostLink,
  removeHostLink,
  takeNameBack,
  wrongSettingOfHostLink,
  wrongWithHostLink,
} from "./link.ts";
import { firstTaken, takenWords } from "./listeners.ts";
import { hostEnd, isHostTable } from "./names.ts";
import { doing, mendRoutes, removeRoutes, strangeRoutes, wrongWithRoutes } from "./routes.ts";
import { hostAddress, isOpening, openingElements } from "./ruleset.ts";
import { joined, lostBy, neededSettings, restoreSettings, wrongSettings } from "./settings.ts";
import { HostTable, keepingElements, missingIn, type OwnTable, strangeOpenings } from "./table.ts";
import { HostWarnings } from "./warnings/warnings.ts";
import { removeWayBack, wrongSettingOfHubEnd } from "./way-back.ts";

/** All that the system has in the host's namespace, as its hub knows it. */
const publicationsOf = (hub: Hub): readonly OnHost[] => hub.firewall.resources.onHost;

/** The virtual address that an element is about: a port leads there, what goes out comes from it. */
const serviceOf = (placed: Placed): string => {
  const { key, data } = placed.element;
  return Buffer.from(
    isVip(placed)
      ? key
      : data === null
        ? key.subarray(0, (key.length - 8) / 2)
        : placed.element.keyEnd === undefined
          ? data.subarray(0, data.length - 4)
          : data,
  ).toString("hex");
};

/** An address of IPv6 that was given just now is answered for a little later: only from so many looks in a row on it counts. */
const silentLooks = 2;

export class HostPublisher implements Publisher {
  readonly #owned: Owned;
  readonly #sockets: HostSockets;
  readonly #table: HostTable;
  readonly #warnings: HostWarnings;
  /** As they were last read: what keeps them may be taken away. */
  #keptLast: readonly Setting[] = [];
  /** How often in a row the kernel did not answer for the IPv6 address of the link. */
  #silent = 0;

  /** For the namespace in which the calling thread is now. */
  constructor(owned: Owned) {
    this.#owned = owned;
    this.#sockets = { route: new NetlinkSocket(buses.route), filter: new NetlinkSocket(buses.netfilter) };
    this.#table = new HostTable(owned, this.#sockets.filter);
    this.#warnings = new HostWarnings(this.#sockets);
  }

  async wrong(
    publications: readonly OnHost[],
    hub: Hub,
    settings: "all" | "published" = "all",
  ): Promise<ReadonlyMap<ResourceKey, string>> {
    if (publications.length === 0) return new Map();
    const table = this.#table.read();
    const common = this.#wrongForAll(table, publications, hub, settings);
    const index = findHostLink(this.#sockets.route, this.#owned)?.index ?? 0;
    const wrongWith = (publication: OnHost): string | null => {
      if (common !== null) return common;
      if (missingIn(table.elements, openingElements(publication)).length > 0)
        return publication.kind === "publication"
          ? `what publishes port ${portsText(publishedPorts(publication))} of the host vanished`
          : `what lets out what is for ${publication.service} vanished`;
      return wrongWithRoutes(this.#sockets.route, publication, index);
    };
    return new Map(
      publications.flatMap((publication) => {
        const words = wrongWith(publication);
        return words === null ? [] : [[publication.key, words] as const];
      }),
    );
  }

  /** What is wrong with all that publications have in common, in words; null: nothing is. */
  #wrongForAll(
    table: OwnTable,
    publications: readonly OnHost[],
    hub: Hub,
    settings: "all" | "published",
  ): string | null {
    if (!table.whole) return "the rules of published ports were altered";
    const kept = this.#kept(table);
    const [needed] = settings === "all" ? neededSettings(kept) : wrongSettings(kept);
    if (needed !== undefined) return wrongSetting(needed, needed.value === "1" ? "0" : "1");
    if (missingIn(table.elements, keepingElements(kept)).length > 0)
      return "what guards forwarding on the host vanished";
    const { route } = this.#sockets;
    const soon = this.#silent < silentLooks;
    const wrong = wrongWithHostLink(route, this.#owned, hub, soon);
    if (wrong !== null) return wrong;
    const [port] = strangeOpenings(table.elements, publications);
    if (port !== undefined) return "a port or a way out appeared that nobody asked for";
    const [stranger] = strangeRoutes(route, publications, findHostLink(route, this.#owned)!.index);
    return stranger === undefined ? null : `route ${stranger.destination} appeared on the link to the hub`;
  }

  async publish(publication: OnHost, hub: Hub): Promise<void> {
    if (publication.kind === "publication") await this.#refuseTaken(publication);
    try {
      const { route } = this.#sockets;
      takeNameBack(route, this.#owned, hub);
      const kept = await this.#settle();
      const index = mendHostLink(route, this.#owned, hub, kept, this.#silent < silentLooks);
      const wanted = openingElements(publication);
      const { elements } = this.#table.read();
      mendRoutes(route, publication, index, missingIn(elements, wanted).length === 0);
      await this.#place(publication, publicationsOf(hub));
      route.remove(
        strangeRoutes(route, [publication, ...publicationsOf(hub)], index).map((one) => one.removal),
      );
      if (publication.kind === "publication") endFlowsBeside(this.#sockets, publication);
    } catch (error) {
      await throwUndone(error, () => this.unpublish(publication, hub));
    }
  }

  /** Puts a port into the table, and takes out of it those that nobody asks for. */
  #place(publication: OnHost, all: readonly OnHost[]): Promise<void> {
    return this.#table.change(({ name, elements }) => {
      if (publication.kind === "publication") this.#refuseOther(publication);
      const added = missingIn(elements, openingElements(publication));
      const replaced = added.flatMap(({ set, element }) => elements.get(elementId(set, element.key)) ?? []);
      const removed = [...replaced, ...strangeOpenings(elements, [publication, ...all])];
      return added.length + removed.length === 0 ? [] : requestsFor(name, { removed, added });
    });
  }

  async unpublish(publication: OnHost, hub: Hub | null): Promise<void> {
    const own = new Set(openingElements(publication).map(({ set, element }) => elementId(set, element.key)));
    let rest: readonly Placed[] = [];
    await this.#table.change(({ name, elements }) => {
      const gone = [...own].flatMap((id) => elements.get(id) ?? []);
      const strange = hub === null ? [] : strangeOpenings(elements, publicationsOf(hub));
      const left = new Set([...gone, ...strange]);
      rest = [...elements.values()].filter((placed) => isOpening(placed) && !left.has(placed));
      return rest.length === 0 || gone.length === 0 ? [] : requestsFor(name, { removed: gone, added: [] });
    });
    if (rest.length === 0) {
      await this.#removeAll();
      if (hub !== null) removeWayBack(hub);
    } else this.#removeRoutes(publication, rest);
    if (publication.kind === "publication") endFlowsOf(this.#sockets, publication);
    else endFlowsFrom(this.#sockets, publication);
  }

  /** Another of those that stay may lead to the same service. */
  #removeRoutes(publication: OnHost, rest: readonly Placed[]): void {
    const link = findHostLink(this.#sockets.route, this.#owned);
    const still = new Set(rest.map(serviceOf));
    const isShared = openingElements(publication).some((placed) => still.has(serviceOf(placed)));
    if (link !== null && !isShared) removeRoutes(this.#sockets.route, publication, link.index);
  }

  listen(readiness: Readiness, onChange: () => void): () => void {
    const onEvents = (events: readonly KernelEvent[]): void => {
      if (events.some((event) => this.#concerns(event))) onChange();
    };
    const listeners = (["host", "rules"] as const).map((of) => new NetlinkListener(of, readiness, onEvents));
    return () => {
      for (const listener of listeners) listener.close();
    };
  }

  #concerns(event: KernelEvent): boolean {
    switch (event._tag) {
      case "link":
        return event.name === hostEnd(this.#owned);
      case "elements":
        return isHostTable(event.table);
      case "address":
        return event.address === hostAddress(4) || event.address === hostAddress(6);
      case "route":
      case "other":
      case "sorting":
      case "rules":
      case "lost":
        return true;
      case "generation":
        return false;
    }
  }

  makeSure(hub: Hub): boolean {
    if (publicationsOf(hub).length === 0) return true;
    const { route } = this.#sockets;
    const link = findHostLink(route, this.#owned);
    if (link === null) return false;
    this.#silent = isSilent(route) ? this.#silent + 1 : 0;
    return (
      this.#silent < silentLooks &&
      neededSettings(keptByHostLink(route, this.#owned)).length === 0 &&
      wrongSettingOfHostLink(link) === null &&
      wrongNeighbour(route, link) === null &&
      wrongSettingOfHubEnd(hub) === null
    );
  }

  async warnings(hub: Hub): Promise<readonly string[]> {
    if (hub.firewall.resources.publications.size === 0) return [];
    const link = findHostLink(this.#sockets.route, this.#owned);
    return link === null ? [] : this.#warnings.read(hub.firewall.resources, link);
  }

  async destroy(): Promise<readonly Failure[]> {
    try {
      await this.#removeAll();
      return [];
    } catch (error) {
      return [failed(hubKey, "remove the rules of published ports", error)];
    }
  }

  async close(): Promise<void> {
    this.#sockets.route.close();
    this.#sockets.filter.close();
    this.#warnings.close();
  }

  async #refuseTaken(publication: Publication): Promise<void> {
    const { transport } = publication;
    const port = firstTaken(transport, publishedPorts(publication));
    if (port !== null) {
      const [words] = await takenWords([{ transport, port }]);
      throw new KernelError(doing(publication), "EADDRINUSE", words!);
    }
    this.#refuseOther(publication);
  }

  #refuseOther(publication: Publication): void {
    const other = this.#table.publisherOf(publication);
    if (other !== null)
      throw new KernelError(doing(publication), "EADDRINUSE", `${other} publishes it already`);
  }

  /** Makes table and settings as they must be; returns what is kept of the settings before. */
  async #settle(): Promise<readonly Setting[]> {
    let kept: readonly Setting[] = [];
    let needed: readonly Setting[] = [];
    await this.#table.change((found) => {
      const before = this.#kept(found);
      needed = neededSettings(before);
      kept = joined(lostBy(needed), before);
      return this.#table.settling(found, kept);
    });
    // By now it is guarded what they open.
    putSettings(needed);
    this.#keptLast = kept;
    return kept;
  }

  /** Link, routes and table; settings are put back, or handed to another system that publishes. */
  async #removeAll(): Promise<void> {
    let settings: readonly Setting[] = [];
    let heirs: readonly Table[] = [];
    await this.#table.change((found) => {
      settings = this.#kept(found);
      heirs = settings.length === 0 ? [] : this.#table.others().slice(0, 1);
      const [heir] = heirs;
      if (heir === undefined) restoreSettings(settings);
      // It may have come only now, when they were put back already.
      else putSettings(neededSettings(settings));
      const inherited =
        heir === undefined ? [] : requestsFor(heir.name, { removed: [], added: keepingElements(settings) });
      return [...inherited, ...(found.there ? [deleteTable(found.name)] : [])];
    });
    for (const heir of heirs) keepOnLinkOf(this.#sockets.route, heir, settings);
    removeHostLink(this.#sockets.route, this.#owned);
    this.#keptLast = [];
  }

  /** Values of the machine's settings before they were changed for this system. */
  #kept(found: Pick<OwnTable, "elements">): readonly Setting[] {
    const there = this.#table.kept(found, keptByHostLink(this.#sockets.route, this.#owned));
    return joined(this.#keptLast, there);
  }
}
