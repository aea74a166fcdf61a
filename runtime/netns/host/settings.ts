/**
 * Settings of the machine that published ports need. Their values before are kept with
 * the system's rules in the kernel, and are put back when the last system that
 * publishes goes.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { refusedWith } from "../../kernel-error.ts";
import type { Placed } from "../../nftables/ruleset.ts";
import { markText, type Owned } from "../../owner.ts";
import type { Family } from "../names.ts";
import { currentValue, putSettings, type Setting } from "../sysctl.ts";
import { hostEndPrefix } from "./names.ts";
import { settingsSet } from "./ruleset.ts";

/** Whether this machine may have clients elsewhere that come by IPv6: an address beyond its links, not one of ours. */
const hasV6 = (): boolean => {
  try {
    return (
      readFileSync("/proc/thread-self/net/if_inet6", "utf8")
        .split("\n")
        // `ADDRESS INDEX PREFIX SCOPE FLAGS NAME`, in hexadecimal.
        .map((line) => line.trim().split(/\s+/))
        .some(([, , , scope, , name]) => scope === "00" && name?.startsWith(hostEndPrefix) === false)
    );
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return false; // there is no IPv6 at all
    throw error;
  }
};

const forwarding = { 4: "net/ipv4/ip_forward", 6: "net/ipv6/conf/all/forwarding" } as const;

/** The links of the machine, but for those of systems. */
const linksOf = (family: Family): readonly string[] =>
  readdirSync(`/proc/sys/net/ipv${family}/conf`).filter(
    (link) => link !== "all" && link !== "default" && !link.startsWith(hostEndPrefix),
  );

const wasOff = (kept: readonly Setting[], family: Family): boolean =>
  kept.some(({ path, value }) => path === forwarding[family] && value === "0");

/** Families that this machine forwards only because we switched it on, by what is kept of its settings before. */
export const switchedOn = (kept: readonly Setting[]): readonly Family[] =>
  ([4, 6] as const).filter((family) => wasOff(kept, family));

/**
 * What has to be otherwise than it is now, so that clients on other machines are passed on.
 * `kept`: values before of what we changed already.
 */
export const neededSettings = (kept: readonly Setting[]): readonly Setting[] => {
  const needed: Setting[] = [];
  if (currentValue(forwarding[4]) === "0") needed.push({ path: forwarding[4], value: "1" });
  const begins = hasV6() && currentValue(forwarding[6]) === "0";
  if (begins || wasOff(kept, 6)) {
    // A machine that forwards stops listening to routers, unless told to go on.
    const listening = linksOf(6)
      .map((link) => `net/ipv6/conf/${link}/accept_ra`)
      .filter((path) => currentValue(path) === "1");
    needed.push(...listening.map((path) => ({ path, value: "2" })));
  }
  if (begins) needed.push({ path: forwarding[6], value: "1" });
  return needed;
};

/** The same, without what only links need that came since: what is published is reached without them. */
export const wrongSettings = (kept: readonly Setting[]): readonly Setting[] => {
  const changed = new Set(kept.map(({ path }) => path));
  return neededSettings(kept).filter(({ path }) => isGeneral({ path }) || changed.has(path));
};

/** What was kept first is what was there before us. */
export const joined = (now: readonly Setting[], before: readonly Setting[]): readonly Setting[] => {
  const paths = new Set(before.map(({ path }) => path));
  return [...before, ...now.filter(({ path }) => !paths.has(path))];
};

/** What changing these settings loses: their values, and what they overwrite for each link. */
export const lostBy = (settings: readonly Setting[]): readonly Setting[] =>
  settings.flatMap(({ path }): readonly Setting[] => {
    const value = currentValue(path);
    if (value === null) return [];
    const own = { path, value };
    const family = path === forwarding[4] ? 4 : path === forwarding[6] ? 6 : null;
    if (family === null) return [own];
    const links = linksOf(family)
      .map((link) => ({ path: `net/ipv${family}/conf/${link}/forwarding`, value: "1" }))
      .filter((one) => currentValue(one.path) === one.value);
    return [own, ...links];
  });

/** The element that keeps a value in the system's table. */
export const settingElement = ({ path, value }: Setting): Placed => ({
  set: settingsSet,
  element: {
    key: Uint8Array.from(createHash("sha256").update(path).digest().subarray(0, 16)),
    data: null,
    comment: `${path} ${value}`,
  },
});

/** Reads a setting as it is kept; null where the text says none. */
const parse = (text: string): Setting | null => {
  const [, path, value] = /^(net\/ipv[46]\/[\w./-]+) (\d+)$/.exec(text) ?? [];
  return path === undefined || value === undefined || path.includes("..") ? null : { path, value };
};

/** The value that an element keeps; null of another element. */
export const settingOf = ({ set, element }: Placed): Setting | null =>
  set === settingsSet && element.comment !== null ? parse(element.comment) : null;

/** Bytes of an alias that the kernel takes. */
const longestAlias = 255;

/**
 * The alias of a system's link: whose it is, the hub that it leads to, and a second place
 * for what the table keeps, as either may be taken away.
 */
export const aliasOf = (
  owned: Pick<Owned, "system" | "owner">,
  hub: string,
  settings: readonly Setting[],
): string =>
  settings
    .toSorted((a, b) => Number(isGeneral(b)) - Number(isGeneral(a)) || (a.path < b.path ? -1 : 1))
    .map(({ path, value }) => `${path}=${value}`)
    .reduce(
      (alias, one) => (alias.length + one.length < longestAlias ? `${alias} ${one}` : alias),
      markText(owned, hub),
    );

/** The settings that an alias tells of. */
export const settingsIn = (alias: string): readonly Setting[] =>
  alias.split(" ").flatMap((word) => {
    const [path, value] = word.split("=");
    const setting = value === undefined ? null : parse(`${path} ${value}`);
    return setting === null ? [] : [setting];
  });

const isGeneral = ({ path }: Pick<Setting, "path">): boolean =>
  path === forwarding[4] || path === forwarding[6];

/** Puts values back, first those that overwrite others. */
export const restoreSettings = (settings: readonly Setting[]): void =>
  putSettings(settings.toSorted((a, b) => Number(isGeneral(b)) - Number(isGeneral(a))));
