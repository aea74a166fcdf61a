/** The hub's end of the link to the host, and how what came by the host goes back to it. */
import { withNamespace } from "../../namespaces.ts";
import { getLink, type Link, readLink, setLink } from "../../netlink/link.ts";
import { getRoutes, type Route, readRoute, replaceRoute, routeWords } from "../../netlink/route.ts";
import { addRule, deleteRule, getRules, readRule, ruleWords } from "../../netlink/rule.ts";
import { asError } from "../../netlink/socket.ts";
import {
  endFlags,
  mendBesideEnd,
  mendEnd,
  readSorted,
  wrongNeighbour,
  wrongSorting,
  wrongWithEnd,
} from "../end.ts";
import { rulesBack } from "../fixtures.ts";
import type { Hub } from "../hub.ts";
import { anywhere, hostLink, nextHop } from "../names.ts";
import { returnTable } from "../routing.ts";
import { currentValue, mendSettings, type Setting, wrongSetting } from "../sysctl.ts";

/** A client may have any address, one of the system's too. */
const settings: readonly Setting[] = [{ path: `net/ipv4/conf/${hostLink}/accept_local`, value: "1" }];

/** From the hub to clients that came by the host: of any other address, and of the system's own. */
const routesBack = (index: number): readonly Route[] =>
  ([4, 6] as const).flatMap((family) => {
    const route = { destination: anywhere[family], index, via: nextHop };
    return [route, { ...route, table: returnTable }];
  });

/** The hub's end; null where there is none. */
export const hubEnd = (hub: Hub): Link | null => hub.route.get(getLink(hostLink), readLink);

const rulesIn = (hub: Hub): ReadonlySet<string> =>
  new Set(hub.route.dump(getRules, readRule).map(({ words }) => words));

/** What the kernel tells of no change: settings of the hub's end that have another value, in words. */
export const wrongSettingOfHubEnd = (hub: Hub): string | null =>
  withNamespace(hub.fd, () => {
    for (const setting of settings) {
      const value = currentValue(setting.path);
      if (value !== null && value !== setting.value) return wrongSetting(setting, value);
    }
    return null;
  });

/** What of the hub's end and of the way back is not as it was made, in words; null: all is. */
export const wrongWithHubEnd = (hub: Hub, end: Link): string | null => {
  const wrong =
    wrongWithEnd(end) ??
    wrongSorting(readSorted(hub.route), end) ??
    wrongNeighbour(hub.route, end) ??
    wrongSettingOfHubEnd(hub);
  if (wrong !== null) return wrong;
  const routes = new Set(hub.route.dump(getRoutes(end.index), readRoute).map(routeWords));
  const missing = routesBack(end.index).find((route) => !routes.has(routeWords(route)));
  if (missing !== undefined) return `route ${routeWords(missing)} vanished`;
  const rules = rulesIn(hub);
  const lost = rulesBack.find((rule) => !rules.has(ruleWords(rule)));
  return lost === undefined ? null : `a rule of routing vanished: ${ruleWords(lost)}`;
};

/** Puts the hub's end and the way back right. */
export const mendHubEnd = (hub: Hub, end: Link): void => {
  withNamespace(hub.fd, () => mendSettings(settings));
  const rules = rulesIn(hub);
  // One that was made only now is down, and has no queue yet.
  hub.route.insist([setLink(end.index, { set: endFlags, mask: endFlags })]);
  mendEnd(hub.route, hubEnd(hub) ?? end);
  hub.route.insist([
    ...routesBack(end.index).map(replaceRoute),
    ...rulesBack.filter((rule) => !rules.has(ruleWords(rule))).map(addRule),
  ]);
  mendBesideEnd(hub.route, end);
};

/** Takes the rules away; the routes go with the link. */
export const removeWayBack = (hub: Hub): void => {
  for (const refused of hub.route.perform(rulesBack.map(deleteRule)))
    if (refused !== null && refused.code !== "ENOENT") throw asError(refused);
};
