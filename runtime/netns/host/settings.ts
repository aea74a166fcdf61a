/**
 * Settings of the machine that published ports need. Their values before are kept with
 * the system's rules in the kernel, and are put back when the last system that
 * publishes goes.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { KernelError, refusedWith } from "../../kernel-error.ts";
import type { Placed } from "../../nftables/ruleset.ts";
import type { Family } from "../names.ts";
import { hostEndPrefix, settingsSet } from "./ruleset.ts";

/** A path below /proc/sys, and a value. */
export interface Setting {
  readonly path: string;
  readonly value: string;
}

const currentValue = (path: string): string => readFileSync(`/proc/sys/${path}`, "utf8").trim();

export const putSetting = ({ path, value }: Setting): void => {
  try {
    writeFileSync(`/proc/sys/${path}`, value);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
    throw new KernelError(`set ${path.replaceAll("/", ".")} to ${value}`, code, String(error));
  }
};

/** Whether this machine may have clients elsewhere that come by IPv6: an address beyond its links, not one of ours. */
const hasV6 = (): boolean =>
  readFileSync("/proc/thread-self/net/if_inet6", "utf8")
    .split("\n")
    // `ADDRESS INDEX PREFIX SCOPE FLAGS NAME`, in hexadecimal.
    .map((line) => line.trim().split(/\s+/))
    .some(([, , , scope, , name]) => scope === "00" && name?.startsWith(hostEndPrefix) === false);

const forwarding = { 4: "net/ipv4/ip_forward", 6: "net/ipv6/conf/all/forwarding" } as const;

const linksOf = (family: Family): readonly string[] =>
  readdirSync(`/proc/sys/net/ipv${family}/conf`).filter((link) => link !== "all" && link !== "default");

/** What has to be otherwise than it is now, so that clients on other machines are passed on. */
export const neededSettings = (): readonly Setting[] => {
  const needed: Setting[] = [];
  if (currentValue(forwarding[4]) === "0") needed.push({ path: forwarding[4], value: "1" });
  if (hasV6() && currentValue(forwarding[6]) === "0") {
    // A machine that forwards stops listening to routers, unless told to go on.
    const listening = linksOf(6)
      .map((link) => `net/ipv6/conf/${link}/accept_ra`)
      .filter((path) => currentValue(path) === "1");
    needed.push(...listening.map((path) => ({ path, value: "2" })), { path: forwarding[6], value: "1" });
  }
  return needed;
};

/** What changing these settings loses: their values, and what they overwrite for each link. */
export const lostBy = (settings: readonly Setting[]): readonly Setting[] =>
  settings.flatMap(({ path }): readonly Setting[] => {
    const own = { path, value: currentValue(path) };
    const family = path === forwarding[4] ? 4 : path === forwarding[6] ? 6 : null;
    if (family === null) return [own];
    const links = linksOf(family)
      .map((link) => ({ path: `net/ipv${family}/conf/${link}/forwarding`, value: "1" }))
      .filter((one) => currentValue(one.path) === one.value);
    return [own, ...links];
  });

export const settingElement = ({ path, value }: Setting): Placed => ({
  set: settingsSet,
  element: {
    key: Uint8Array.from(createHash("sha256").update(path).digest().subarray(0, 16)),
    data: null,
    comment: `${path} ${value}`,
  },
});

const parse = (text: string): Setting | null => {
  const [, path, value] = /^(net\/ipv[46]\/[\w./-]+) (\d+)$/.exec(text) ?? [];
  return path === undefined || value === undefined || path.includes("..") ? null : { path, value };
};

export const settingOf = ({ set, element }: Placed): Setting | null =>
  set === settingsSet && element.comment !== null ? parse(element.comment) : null;

/** Bytes of an alias that the kernel takes. */
const longestAlias = 255;

/** The alias of a system's link: a second place for what the table keeps, as either may be taken away. */
export const aliasOf = (system: string, settings: readonly Setting[]): string =>
  settings
    .toSorted((a, b) => Number(isGeneral(b)) - Number(isGeneral(a)))
    .map(({ path, value }) => `${path}=${value}`)
    .reduce(
      (alias, one) => (alias.length + one.length < longestAlias ? `${alias} ${one}` : alias),
      `architect ${system}`,
    );

/** The settings that an alias tells of. */
export const settingsIn = (alias: string): readonly Setting[] =>
  alias.split(" ").flatMap((word) => {
    const [path, value] = word.split("=");
    const setting = value === undefined ? null : parse(`${path} ${value}`);
    return setting === null ? [] : [setting];
  });

const isGeneral = ({ path }: Setting): boolean => path === forwarding[4] || path === forwarding[6];

/** Puts values back, first those that overwrite others; a link that is gone needs none. */
export const restoreSettings = (settings: readonly Setting[]): void => {
  const ordered = [...settings].sort((a, b) => Number(isGeneral(b)) - Number(isGeneral(a)));
  for (const setting of ordered) {
    try {
      putSetting(setting);
    } catch (error) {
      if (!refusedWith(error, "ENOENT")) throw error;
    }
  }
};
