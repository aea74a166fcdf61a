/**
 * What the instances of an automaton see as /etc/resolv.conf: nothing, so that asking fails at once, or where they
 * go out to the internet the name servers of this machine. One inode for ever, written in place, as the host table is.
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { formatIp, parseIp } from "../netlink/ip.ts";

const banner = "# The name servers of this machine";

/** In the second are those that a program on the loopback asks. */
const sources = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];

const linesOf = (path: string): readonly string[] => {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
};

/** The addresses of this machine. */
const ownAddresses = (): ReadonlySet<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)));

/** As `networkInterfaces` writes addresses. */
const canonical = (text: string): string => (isIP(text) === 0 ? text : formatIp(parseIp(text)));

/** From an instance neither this machine is reached, at whatever address, nor a host with an address of systems. */
const isAskable = (server: string, own: ReadonlySet<string>): boolean =>
  !/^127\.|^::1$|^0\.0\.0\.0$|^::$|%/.test(server) &&
  !own.has(canonical(server)) &&
  !/^10\.|^f[cd][0-9a-f]{2}:/i.test(server);

/**
 * The text of a file in the form of resolv.conf(5), from the first of some that has a server which can be asked.
 * `own`: the addresses of this machine.
 */
export const askable = (files: readonly (readonly string[])[], own: ReadonlySet<string>): string => {
  for (const lines of files) {
    const servers = lines
      .flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
      .filter((server) => isAskable(server, own));
    if (servers.length === 0) continue;
    const others = lines.filter((line) => /^\s*(search|domain|options)\s/.test(line));
    return [banner, ...others, ...servers.map((server) => `nameserver ${server}`), ""].join("\n");
  }
  return `${banner}: none can be asked from here\n`;
};

/** What is written for an automaton that goes out to the internet. */
export const nameServersText = (): string => askable(sources.map(linesOf), ownAddresses());

/** Whether a file was written for one. */
export const hasNameServers = (path: string): boolean => linesOf(path)[0]?.startsWith(banner) === true;
