/** All that publishing needs on a host, and in the hub, as other programs show it, a line each. */
import { execFileSync } from "node:child_process";
import { nftPath } from "../../nft.ts";

const settings = (family: number, link: string): string =>
  ["forwarding", "route_localnet", "accept_local", "rp_filter", "disable_ipv6", "accept_ra"]
    .map((name) => `/proc/sys/net/ipv${family}/conf/${link}/${name}`)
    .join(" ");

/** Of one namespace: a link of it by name, settings of links, and all routes, rules and tables. */
const script = (link: string, others: string): string => `
  ip -d addr show dev ${link} | sed 's/^[0-9]*: //; s/@if[0-9]*:/:/; s/state [A-Z]*//; s/valid_lft.*//'
  ip -4 route show table all; ip -6 route show table all
  ip -4 rule | sed 's/^/IPv4 /'; ip -6 rule | sed 's/^/IPv6 /'
  ip neigh show nud all dev ${link}
  tc qdisc show dev ${link}
  for link in ${link} ${others} all default; do
    grep -s . ${settings(4, "$link")} ${settings(6, "$link")} /proc/sys/net/ipv4/ip_forward
  done
  ${nftPath} list ruleset`;

const run = (netns: string | null, link: string, others = ""): string => {
  const shell = ["sh", "-c", script(link, others)];
  const [program = "", ...rest] = netns === null ? shell : ["ip", "netns", "exec", netns, ...shell];
  return execFileSync(program, rest, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
};

/** Neighbours that the kernel has of itself, and its own addresses of links and networks, come and go. */
const isFleeting = (line: string): boolean =>
  /NOARP$|^inet6 fe80:|fe80::[0-9a-f]{2,}|^(ff00|multicast|anycast)|^$/.test(line);

/** Of the host's namespace, with its link to the hub and one to elsewhere, and of the hub. */
export const seenOf = (link: string, out: string, hub: string): ReadonlySet<string> => {
  const lines = (of: string, text: string): readonly string[] =>
    text
      .split("\n")
      .map((line) => line.trim())
      // Of a next hop on each link the address is the same.
      .filter((line) => !isFleeting(line.replaceAll("via inet6 fe80::1", "").replaceAll("via fe80::1", "")))
      .map((line) => `${of}: ${line}`);
  return new Set([...lines("host", run(null, link, out)), ...lines("hub", run(hub, "host"))]);
};

/** What only one of two has. */
export const differences = (is: ReadonlySet<string>, was: ReadonlySet<string>): readonly string[] => [
  ...[...is].filter((line) => !was.has(line)).map((line) => `+ ${line}`),
  ...[...was].filter((line) => !is.has(line)).map((line) => `- ${line}`),
];
