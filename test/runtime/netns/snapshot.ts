/** Everything of namespaces as `ip`, `tc`, `nft` and /proc show it, to be compared. */
import { execFileSync } from "node:child_process";
import { nftPath } from "../nft.ts";

/** In a namespace; null: in the host's own. */
const run = (netns: string | null, ...words: readonly string[]): string => {
  const [command = "", ...rest] = netns === null ? words : ["ip", "netns", "exec", netns, ...words];
  return execFileSync(command, rest, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
};

const json = (text: string): readonly object[] => (text.trim() === "" ? [] : JSON.parse(text));

/** What is not the same from one reading to the next, or for what is made anew. */
const fleeting: ReadonlySet<string> = new Set([
  "handle",
  "metainfo",
  "bytes",
  "packets",
  "refcnt",
  "valid_life_time",
  "preferred_life_time",
  "operstate",
  "ifindex",
  "link_index",
  // Of ::1 the kernel needs it not to be said.
  "noprefixroute",
]);

const isAutomatic = (value: object): boolean =>
  ("local" in value && String(value.local).startsWith("fe80:")) ||
  ("dst" in value && /^(fe80:|ff00:|ff02:)/.test(String(value.dst)) && !("state" in value)) ||
  // Neighbours that the kernel has of itself come with the first packet.
  ("state" in value && JSON.stringify(value.state) === '["NOARP"]');

const settled = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every((one) => typeof one === "object" && one !== null && "ifname" in one))
      return Object.fromEntries(value.map((one) => [one.ifname, settled(one)]));
    return value
      .filter((one) => typeof one !== "object" || one === null || !isAutomatic(one))
      .map((one) => JSON.stringify(settled(one)))
      .sort();
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !fleeting.has(key))
      .map(([key, one]) => [key, settled(one)]),
  );
};

/** All that is set by us, and what is like it. */
const watched =
  "forwarding|rp_filter|route_localnet|accept_local|disable_ipv6|send_redirects|fwmark_reflect|icmp.*rate(limit|mask)|tcp_loose|tcp_be_liberal|conntrack_timestamp|time_wait|accept_ra";

const settings = (netns: string | null): readonly string[] =>
  run(netns, "sysctl", "-a", "--pattern", `(${watched})( |$)`).split("\n").sort();

/** Of a namespace; `without`: a link that is not looked at. */
export const snapshot = (netns: string | null, without = "") => {
  const ip = (...words: readonly string[]): unknown =>
    settled(
      json(run(netns, "ip", "-j", "-d", ...words)).filter(
        (one) => !("ifname" in one && one.ifname === without) && !("dev" in one && one.dev === without),
      ),
    );
  return {
    links: ip("addr", "show"),
    routes: [ip("-4", "route", "show", "table", "all"), ip("-6", "route", "show", "table", "all")],
    neighbours: [ip("-4", "neigh", "show", "nud", "all"), ip("-6", "neigh", "show", "nud", "all")],
    rules: [ip("-4", "rule", "show"), ip("-6", "rule", "show")],
    queues: settled(json(run(netns, "tc", "-j", "qdisc", "show"))),
    settings: settings(netns),
    nft: settled(JSON.parse(run(netns, nftPath, "-j", "list", "ruleset"))),
  };
};

const lines = (value: unknown, path = ""): readonly string[] => {
  if (typeof value !== "object" || value === null) return [`${path} = ${JSON.stringify(value)}`];
  if (Array.isArray(value) && value.every((one) => typeof one !== "object"))
    return value.map((one) => `${path} has ${one}`);
  return Object.entries(value).flatMap(([key, one]) => lines(one, `${path}/${key}`));
};

/** What only one of two has, a line each. */
export const difference = (is: unknown, was: unknown): readonly string[] => {
  const [now, before] = [lines(is), lines(was)];
  return [
    ...now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
    ...before.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
  ];
};
