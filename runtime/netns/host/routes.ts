/** The host's routes to services that are published or elsewhere: one for each virtual address, by the link to the hub. */
import { portsText, publishedPorts } from "../../../src/core/port-range.ts";
import { KernelError } from "../../kernel-error.ts";
import { getLink, readLink } from "../../netlink/link.ts";
import {
  addRoute,
  deleteRoute,
  getAllRoutes,
  getRoutes,
  getRoutesBy,
  loopbackRoute,
  type Route,
  readAnyRoute,
  readRoute,
  routeTables,
  routeWords,
  type SeenRoute,
} from "../../netlink/route.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { nextHop } from "../names.ts";
import type { OnHost } from "../publisher.ts";
import { isStranger, routeTo } from "../routing.ts";
import { systemWords } from "./names.ts";

/** The routes to a service by the link of that index. */
export const routesTo = ({ vip }: OnHost, index: number): readonly Route[] => [
  ...(vip.v4 === null ? [] : [{ destination: `${vip.v4}/32`, index, via: nextHop }]),
  { destination: `${vip.v6}/128`, index, via: nextHop },
];

/** What is being done, in words. */
export const doing = (one: OnHost): string =>
  one.kind === "publication"
    ? `publish ${one.transport} port ${portsText(publishedPorts(one))}`
    : `open the way out to ${one.service}`;

const addressOf = ({ destination }: Route): string => destination.slice(0, destination.indexOf("/"));

/** Of these routes the one by which packets do not go, as there is none or a better one of somebody else. */
const astray = (socket: NetlinkSocket, routes: readonly Route[]): readonly Route[] =>
  routes.filter((route) => {
    const taken = routeTo(socket, addressOf(route));
    return taken === null || routeWords(taken) !== routeWords(route);
  });

/** Routes of others to the very destinations. */
const rivals = (socket: NetlinkSocket, routes: readonly Route[]): readonly SeenRoute[] => {
  const destinations = new Set(routes.map(({ destination }) => destination));
  return socket
    .dump(getAllRoutes, readAnyRoute)
    .filter((one) => one.table === routeTables.main && isStranger(one) && destinations.has(one.destination));
};

/** Routes by the link of that index that lead to none of these services. */
export const strangeRoutes = (
  socket: NetlinkSocket,
  publications: Iterable<OnHost>,
  index: number,
): readonly SeenRoute[] => {
  const own = new Set(
    [loopbackRoute(index), ...[...publications].flatMap((one) => routesTo(one, index))].map(routeWords),
  );
  return socket
    .dump(getRoutesBy(index), readAnyRoute)
    .filter((route) => isStranger(route) || (route.words !== null && !own.has(route.words)));
};

/** What keeps packets from the way to a service, in words; null: nothing does. */
export const wrongWithRoutes = (socket: NetlinkSocket, publication: OnHost, index: number): string | null => {
  const lost = astray(socket, routesTo(publication, index));
  if (lost.length === 0) return null;
  const there = new Set(socket.dump(getRoutes(index), readRoute).map(routeWords));
  const missing = lost.find((route) => !there.has(routeWords(route)));
  if (missing !== undefined) return `route ${routeWords(missing)} vanished`;
  // Else it is a rule of routing of the host that leads elsewhere, which is the host's own affair.
  const rival = rivals(socket, lost)[0];
  return rival === undefined ? null : `another route to ${rival.destination} appeared`;
};

/** Where another owner's system of the same name began to publish while this one did not, both have its addresses. */
const refuseOccupied = (socket: NetlinkSocket, publication: OnHost, missing: readonly Route[]): void => {
  const wanted = new Set(missing.map(({ destination }) => destination));
  const taken = socket.dump(getRoutes(), readRoute).find(({ destination }) => wanted.has(destination));
  if (taken === undefined) return;
  const other = socket.get(getLink(taken.index), readLink);
  throw new KernelError(
    doing(publication),
    "EADDRINUSE",
    `${systemWords(other?.alias ?? null)} has the address ${addressOf(taken)} on this host; ` +
      "end one of them with `architect down` and start it again: it gets addresses of its own",
  );
};

/** Makes the routes to a service. `isMended`: they were there, so what others put in their place goes. */
export const mendRoutes = (
  socket: NetlinkSocket,
  publication: OnHost,
  index: number,
  isMended: boolean,
): void => {
  const wanted = routesTo(publication, index);
  const lost = astray(socket, wanted);
  if (lost.length === 0) return;
  const there = new Set(socket.dump(getRoutes(), readRoute).map(routeWords));
  const missing = lost.filter((route) => !there.has(routeWords(route)));
  refuseOccupied(socket, publication, missing);
  const others = rivals(socket, lost);
  if (others.length > 0 && !isMended) {
    const words = `there is another route to ${others[0]!.destination} on this host`;
    throw new KernelError(doing(publication), "EEXIST", words);
  }
  socket.remove(others.map(({ removal }) => removal));
  socket.insist(missing.map(addRoute));
};

/** Takes the routes to a service away. One that is gone already is no failure. */
export const removeRoutes = (socket: NetlinkSocket, publication: OnHost, index: number): void => {
  socket.remove(routesTo(publication, index).map(deleteRoute));
};
