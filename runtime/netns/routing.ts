/**
 * Routes and rules of a namespace that is ours alone: those that somebody else put there lead
 * packets astray, whatever ours say.
 */
import { refusedWith } from "../kernel-error.ts";
import type { Request } from "../netlink/message.ts";
import type { Message } from "../netlink/reader.ts";
import {
  getAllRoutes,
  getRouteTo,
  type Route,
  readAnyRoute,
  readRoute,
  routeTables,
  type SeenRoute,
} from "../netlink/route.ts";
import { addRule, getRules, givenRules, type Rule, readRule, ruleWords } from "../netlink/rule.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";

/** Of the hub: with the way to clients of published ports that have addresses like the system's own. */
export const returnTable = 174;

const tables: ReadonlySet<number> = new Set([routeTables.main, routeTables.local, returnTable]);

/** What the kernel keeps for itself on each link. */
const isAutomatic = ({ destination }: SeenRoute): boolean => /^(fe80:|ff00:)/.test(destination);

/** All routes that packets may take. */
export const readRoutes = (socket: NetlinkSocket): readonly SeenRoute[] =>
  socket.dump(getAllRoutes, readAnyRoute).filter(({ table }) => tables.has(table));

const lookUp = <T>(
  socket: NetlinkSocket,
  address: string,
  read: (message: Message) => T | null,
): T | null => {
  try {
    return socket.get(getRouteTo(address), read);
  } catch (error) {
    // There is none, or one that leads nowhere.
    if (refusedWith(error, "ENETUNREACH", "EHOSTUNREACH", "EINVAL", "EACCES")) return null;
    throw error;
  }
};

/** The route by which packets to an address go, where it is one of ours. */
export const routeTo = (socket: NetlinkSocket, address: string): Route | null =>
  lookUp(socket, address, readRoute);

/** The route by which packets to an address go, ours or another's; null where none leads anywhere. */
export const anyRouteTo = (socket: NetlinkSocket, address: string): SeenRoute | null =>
  lookUp(socket, address, readAnyRoute);

export const isStranger = (route: SeenRoute): boolean => route.by === "others" && !isAutomatic(route);

/** Whether the kernel knows the address as one of the machine's own. */
const isOwnAddress = (routes: readonly SeenRoute[], address: string): boolean =>
  routes.some(
    ({ by, isLocal, destination }) =>
      by === "kernel" && isLocal && destination.slice(0, destination.indexOf("/")) === address,
  );

/** Of addresses that a namespace has been given those that its kernel does not answer for. */
export const unanswered = (routes: readonly SeenRoute[], addresses: readonly string[]): readonly string[] =>
  addresses.filter((address) => !isOwnAddress(routes, address));

/** For an address of IPv6 the kernel answers a little later than it has been given. */
export const isLate = (address: string): boolean => address.includes(":");

/** The rules by which a namespace chooses tables: those that all have, and some. */
const wantedRules = (more: readonly Rule[]): ReadonlyMap<string, Rule> =>
  new Map([...givenRules, ...more].map((rule) => [ruleWords(rule), rule] as const));

/** What is not as it must be, in words; null: all is. `allowed` may be there or not. */
export const wrongWithRules = (
  socket: NetlinkSocket,
  required: readonly Rule[] = [],
  allowed: readonly Rule[] = [],
): string | null => {
  const seen = socket.dump(getRules, readRule).map(({ words }) => words);
  const [wanted, may] = [wantedRules(required), wantedRules([...required, ...allowed])];
  const stranger = seen.find((words) => !may.has(words));
  if (stranger !== undefined) return `a rule of routing appeared: ${stranger}`;
  const there = new Set(seen);
  const missing = [...wanted.keys()].find((words) => !there.has(words));
  return missing === undefined ? null : `a rule of routing vanished: ${missing}`;
};

export const mendRules = (
  socket: NetlinkSocket,
  required: readonly Rule[] = [],
  allowed: readonly Rule[] = [],
): readonly Request[] => {
  const seen = socket.dump(getRules, readRule);
  const [wanted, may] = [wantedRules(required), wantedRules([...required, ...allowed])];
  const there = new Set(seen.map(({ words }) => words));
  return [
    ...[...wanted].filter(([words]) => !there.has(words)).map(([, rule]) => addRule(rule)),
    ...seen.filter(({ words }) => !may.has(words)).map(({ removal }) => removal),
  ];
};
