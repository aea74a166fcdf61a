/** Names of automata and requirements as names of hosts. */
import { counted } from "../core/tally.ts";

/** In lower case, with `-` for `_`. */
export const hostName = (name: string): string => name.toLowerCase().replaceAll("_", "-");

/** A label of a host name is at most so long (RFC 1035); what is made for a system has its name on it. */
export const maxLabel = 63;

/** What every host calls itself: the host tables of instances have these names too. */
const ownNames: ReadonlySet<string> = new Set(["localhost", "ip6-localhost", "ip6-loopback"]);

/** Resolvers take a number for an IPv4 address, without looking into any table. */
const number = /^(\d+|0x[0-9a-f]*)$/;

/**
 * Why no program could find a host by this name, as the end of the sentence "… cannot be a host
 * name:"; null where programs can.
 */
export const unresolvable = (name: string): string | null => {
  const host = hostName(name);
  if (host.length > maxLabel)
    return `it has ${counted(host.length, "character")}, and a label at most ${maxLabel}`;
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(host))
    return host === name
      ? "a host name begins and ends with a letter or a digit, and has `-` between"
      : `it is \`${host}\` there, and a host name begins and ends with a letter or a digit`;
  if (number.test(host)) return "a number is an address";
  if (host.startsWith("xn--")) return "names that begin with `xn--` stand for names in other scripts";
  return ownNames.has(host) ? `every instance calls itself \`${host}\`` : null;
};

/** The same of what an instance calls itself, which may have several labels. */
export const unresolvableHost = (name: string): string | null => {
  const labels = name.toLowerCase().split(".");
  if (labels.length === 1) return unresolvable(name);
  return labels.every((label) => number.test(label)) ? "numbers are an address" : null;
};
