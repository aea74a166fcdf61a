/**
 * Publishes as root, by rules of the kernel: published ports work on without us. All
 * that is needed in the host's namespace is a link, routes and a table of the system's
 * own, made with the first publication and removed with the last.
 */
import type { Failure } from "../../../src/core/base.ts";
import { hubKey, type Publication, type ResourceKey } from "../../../src/core/resource.ts";
import { KernelError } from "../../kernel-error.ts";
import type { Request } from "../../netlink/message.ts";
import { addRoute, deleteRoute, getRoutes, type Route, readRoute, routeWords } from "../../netlink/route.ts";
import { asError, buses, NetlinkSocket } from "../../netlink/socket.ts";
import { commit } from "../../nftables/batch.ts";
import { createRuleset } from "../../nftables/fixed.ts";
import { elementId, type Found, readRuleset, requestsFor, sameElement } from "../../nftables/ruleset.ts";
import { deleteTable, getTables, readTable } from "../../nftables/table.ts";
import { failed } from "../failure.ts";
import type { Hub } from "../hub.ts";
import { Ear, type Hint } from "../listen/ear.ts";
import type { Readiness } from "../listen/readiness.ts";
import { nextHop } from "../names.ts";
import type { Publisher } from "../publisher.ts";
import { findHostLink, findWholeHostLink, keptByHostLink, makeHostLink, removeHostLink } from "./link.ts";
import { isTaken } from "./listeners.ts";
import { hostEnd, hostRuleset, hostTable, isHostTable, isPort, portElements } from "./ruleset.ts";
import {
  lostBy,
  neededSettings,
  putSetting,
  restoreSettings,
  type Setting,
  settingElement,
  settingOf,
} from "./settings.ts";

const routesTo = ({ vip }: Publication, index: number): readonly Route[] => [
  ...(vip.v4 === null ? [] : [{ destination: `${vip.v4}/32`, index, via: nextHop }]),
  { destination: `${vip.v6}/128`, index, via: nextHop },
];

/** What was kept first is what was there before us. */
const joined = (now: readonly Setting[], before: readonly Setting[]): readonly Setting[] => {
  const paths = new Set(before.map(({ path }) => path));
  return [...before, ...now.filter(({ path }) => !paths.has(path))];
};

export class HostPublisher implements Publisher {
  readonly #system: string;
  readonly #route: NetlinkSocket;
  readonly #filter: NetlinkSocket;

  /** For the namespace in which the calling thread is now. */
  constructor(system: string) {
    this.#system = system;
    this.#route = new NetlinkSocket(buses.route);
    this.#filter = new NetlinkSocket(buses.netfilter);
  }

  async published(publications: readonly Publication[], hub: Hub): Promise<ReadonlySet<ResourceKey>> {
    const table = this.#read();
    const link = findWholeHostLink(this.#route, this.#system, hub);
    if (!table.whole || link === null) return new Set();
    const routes = new Set(this.#route.dump(getRoutes(), readRoute).map(routeWords));
    const isThere = (publication: Publication): boolean =>
      portElements(publication).every((placed) => {
        const is = table.elements.get(elementId(placed.set, placed.element.key));
        return is !== undefined && sameElement(is, placed);
      }) && routesTo(publication, link).every((route) => routes.has(routeWords(route)));
    return new Set(publications.filter(isThere).map(({ key }) => key));
  }

  async publish(publication: Publication, hub: Hub): Promise<void> {
    this.#refuseTaken(publication);
    try {
      const table = this.#settle();
      const link =
        findWholeHostLink(this.#route, this.#system, hub) ??
        makeHostLink(this.#route, this.#system, hub, this.#keptSettings(table));
      const routes = new Set(this.#route.dump(getRoutes(), readRoute).map(routeWords));
      const missing = routesTo(publication, link).filter((route) => !routes.has(routeWords(route)));
      this.#route.insist(missing.map(addRoute));
      const wanted = portElements(publication);
      const present = wanted.flatMap(
        ({ set, element }) => table.elements.get(elementId(set, element.key)) ?? [],
      );
      this.#commit(requestsFor(hostTable(this.#system), { removed: present, added: wanted }));
    } catch (error) {
      await this.unpublish(publication);
      throw error;
    }
  }

  async unpublish(publication: Publication): Promise<void> {
    const table = this.#read();
    const gone = portElements(publication).flatMap(
      ({ set, element }) => table.elements.get(elementId(set, element.key)) ?? [],
    );
    const rest = [...table.elements.values()].filter((placed) => isPort(placed) && !gone.includes(placed));
    if (rest.length === 0) {
      this.#removeAll();
      return;
    }
    this.#commit(requestsFor(hostTable(this.#system), { removed: gone, added: [] }));
    const link = findHostLink(this.#route, this.#system);
    // Another port may lead to the same service.
    const still = new Set(rest.map(({ element }) => Buffer.from(element.data!).toString("hex")));
    const isShared = portElements(publication).some(({ element }) =>
      still.has(Buffer.from(element.data!).toString("hex")),
    );
    if (link !== null && !isShared) this.#route.perform(routesTo(publication, link).map(deleteRoute));
  }

  listen(readiness: Readiness, onChange: () => void): () => void {
    const onHints = (hints: readonly Hint[]): void => {
      if (hints.some((hint) => this.#concerns(hint))) onChange();
    };
    const ears = (["routing", "rules"] as const).map((bus) => new Ear(bus, false, readiness, onHints));
    return () => {
      for (const ear of ears) ear.close();
    };
  }

  #concerns(hint: Hint): boolean {
    switch (hint._tag) {
      case "link":
        return hint.name === hostEnd(this.#system);
      case "elements":
        return hint.table === hostTable(this.#system);
      case "route":
      case "rules":
      case "lost":
        return true;
      case "address":
      case "generation":
        return false;
    }
  }

  async destroy(): Promise<readonly Failure[]> {
    try {
      this.#removeAll();
      return [];
    } catch (error) {
      return [failed(hubKey, "remove the rules of published ports", error)];
    }
  }

  async close(): Promise<void> {
    this.#route.close();
    this.#filter.close();
  }

  #read(): Found {
    return readRuleset(this.#filter, hostRuleset(this.#system));
  }

  #commit(requests: readonly Request[]): void {
    const outcome = commit(this.#filter, requests, null);
    if (outcome._tag === "refused") throw asError(outcome.refusals.values().next().value!);
  }

  /** The tables of all systems that publish here, but for this one. */
  #others(): readonly Found[] {
    return this.#filter
      .dump(getTables, readTable)
      .map(({ name }) => name)
      .filter((name) => isHostTable(name) && name !== hostTable(this.#system))
      .map((name) => readRuleset(this.#filter, hostRuleset(name.slice(hostTable("").length))));
  }

  #refuseTaken(publication: Publication): void {
    const { transport, hostPort } = publication;
    const what = `publish ${transport} port ${hostPort}`;
    if (isTaken(transport, hostPort)) {
      throw new KernelError(what, "EADDRINUSE", "a program on this host listens there already");
    }
    const own = new Set(portElements(publication).map(({ set, element }) => elementId(set, element.key)));
    for (const { elements } of this.#others()) {
      if ([...own].some((id) => elements.has(id))) {
        throw new KernelError(what, "EADDRINUSE", "another system publishes it already");
      }
    }
  }

  /** The table, made if need be; with it the settings that it takes. */
  #settle(): Found {
    const found = this.#read();
    if (found.whole) return found;
    const needed = neededSettings();
    const kept = joined(lostBy(needed), this.#keptSettings(found));
    const added = kept.map(settingElement);
    this.#commit([
      ...(found.there ? [deleteTable(hostTable(this.#system))] : []),
      ...createRuleset(hostRuleset(this.#system)),
      ...requestsFor(hostTable(this.#system), { removed: [], added }),
    ]);
    for (const setting of needed) putSetting(setting);
    return this.#read();
  }

  /** Link, routes and table; settings are put back, or handed to another system that publishes. */
  #removeAll(): void {
    const table = this.#read();
    const settings = this.#keptSettings(table);
    this.#removeTable(settings, table.there);
    removeHostLink(this.#route, this.#system);
  }

  #removeTable(settings: readonly Setting[], there: boolean): void {
    const heir = settings.length === 0 ? null : this.#heir();
    if (heir === null) restoreSettings(settings);
    const inherited =
      heir === null ? [] : requestsFor(heir, { removed: [], added: settings.map(settingElement) });
    const own = there ? [deleteTable(hostTable(this.#system))] : [];
    if (inherited.length + own.length > 0) this.#commit([...inherited, ...own]);
  }

  /** Values of the machine's settings before they were changed for this system. */
  #keptSettings({ elements }: Found): readonly Setting[] {
    const inTable = [...elements.values()].map(settingOf).filter((setting) => setting !== null);
    return joined(inTable, keptByHostLink(this.#route, this.#system));
  }

  /** Another system that publishes here, and so needs the settings that we changed. */
  #heir(): string | null {
    const tables = this.#filter.dump(getTables, readTable).map(({ name }) => name);
    return tables.find((name) => isHostTable(name) && name !== hostTable(this.#system)) ?? null;
  }
}
