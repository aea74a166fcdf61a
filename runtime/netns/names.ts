/** Names and addresses that the base case itself gives, beside those that are computed by the passes. */

export type Family = 4 | 6;

/** The names of all namespaces of a system begin so; `label` is what it is called here (see `label.ts`). */
export const labelPrefix = (label: string): string => `${label}.`;
const hubSuffix = ".hub";
export const hubName = (label: string): string => `${label}${hubSuffix}`;
export const isHubName = (name: string): boolean => name.endsWith(hubSuffix) && !name.startsWith(".");

/** The far end of every instance's link. */
export const instanceLink = "eth0";
/** The hub's end of the link to the host, where there is one. */
export const hostLink = "host";

/**
 * Both ends of a link have this address: packets go to whatever is at the other end, so
 * no neighbour is ever asked for or remembered (IFF_NOARP).
 */
export const linkMac: Uint8Array = Uint8Array.of(0x02, 0x61, 0x72, 0x63, 0x68, 0x01);

/** The next hop on every link, in either direction and of either family. It needs no owner. */
export const nextHop = "fe80::1";

/** What instances have routes to: any address. The hub answers for those that are not to be reached. */
export const anywhere: Readonly<Record<Family, string>> = { 4: "0.0.0.0/0", 6: "::/0" };

/** The addresses of a system: of these the concrete ones, which are instances', and the virtual ones, which are services'. */
export const concretePrefixes: Readonly<Record<Family, string>> = { 4: "10.0.0.0/9", 6: "fc00::/8" };
export const virtualPrefixes: Readonly<Record<Family, string>> = { 4: "10.128.0.0/9", 6: "fd00::/8" };

/** The hub itself, as the sender of what it says in its own name. No instance ends in 0. */
export const hubAddress = (family: Family): string => (family === 4 ? "10.0.0.0" : "fc00::1");

/** The first index of a link: past those that the kernel may give to tunnels of its own. */
export const firstLinkIndex = 64;
