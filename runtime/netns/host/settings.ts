/**
 * Settings of the machine that published ports need. Their values before are kept with
 * the system's rules in the kernel, and are put back when the last system that
 * publishes goes.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { KernelError } from "../../kernel-error.ts";
import type { Placed } from "../../nftables/ruleset.ts";
import { settingsSet } from "./ruleset.ts";

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

/** Whether this machine can be reached by IPv6 from elsewhere: a global address, not on loopback. */
const hasGlobalV6 = (): boolean =>
  readFileSync("/proc/thread-self/net/if_inet6", "utf8")
    .split("\n")
    // `ADDRESS INDEX PREFIX SCOPE FLAGS NAME`; global unicast is 2000::/3.
    .some((line) => /^[23]/.test(line) && line.split(/\s+/)[3] === "00");

const forwarding6 = "net/ipv6/conf/all/forwarding";

/** What has to be otherwise than it is now, so that clients on other machines are passed on. */
export const neededSettings = (): readonly Setting[] => {
  const needed: Setting[] = [];
  if (currentValue("net/ipv4/ip_forward") === "0") needed.push({ path: "net/ipv4/ip_forward", value: "1" });
  if (hasGlobalV6() && currentValue(forwarding6) === "0") {
    // A machine that forwards stops listening to routers, unless told to go on.
    for (const link of readdirSync("/proc/sys/net/ipv6/conf")) {
      const path = `net/ipv6/conf/${link}/accept_ra`;
      if (link !== "all" && link !== "default" && currentValue(path) === "1")
        needed.push({ path, value: "2" });
    }
    needed.push({ path: forwarding6, value: "1" });
  }
  return needed;
};

/** The values now of what is going to be changed. */
export const presentValues = (settings: readonly Setting[]): readonly Setting[] =>
  settings.map(({ path }) => ({ path, value: currentValue(path) }));

export const settingElement = ({ path, value }: Setting): Placed => ({
  set: settingsSet,
  element: {
    key: Uint8Array.from(createHash("sha256").update(path).digest().subarray(0, 16)),
    data: null,
    comment: `${path} ${value}`,
  },
});

export const settingOf = ({ set, element }: Placed): Setting | null => {
  if (set !== settingsSet || element.comment === null) return null;
  const [, path, value] = /^(net\/ipv[46]\/[\w./-]+) (\d+)$/.exec(element.comment) ?? [];
  return path === undefined || value === undefined || path.includes("..") ? null : { path, value };
};

/** Puts values back, in the opposite order; a link that is gone needs none. */
export const restoreSettings = (settings: readonly Setting[]): void => {
  // Forwarding last of all that was changed is first of what is put back.
  const ordered = [...settings].sort(
    (a, b) => Number(b.path === forwarding6) - Number(a.path === forwarding6),
  );
  for (const setting of ordered) {
    try {
      putSetting(setting);
    } catch (error) {
      if (!(error instanceof KernelError) || error.code !== "ENOENT") throw error;
    }
  }
};
