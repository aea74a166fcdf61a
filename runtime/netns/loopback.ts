/** The loopback of a namespace of ours: it is there with the namespace, and is to stay as it was then. */
import { addLoopbackAddress, getAddresses, type InterfaceAddress, readAddress } from "../netlink/address.ts";
import { getLink, type Link, linkFlags, readLink, setLink } from "../netlink/link.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";

export const loopbackIndex = 1;
const madeMtu = 65_536;

/** As the kernel gives them when it is taken up. */
const given = [
  { address: "127.0.0.1", prefix: 8 },
  { address: "::1", prefix: 128 },
] as const;

export const readLoopback = (socket: NetlinkSocket): Link | null => socket.get(getLink("lo"), readLink);

/** Those that it has not got any more. `addresses`: of all links. */
const lost = (addresses: readonly InterfaceAddress[]): (typeof given)[number][] =>
  given.filter(
    ({ address, prefix }) =>
      !addresses.some(
        (one) => one.index === loopbackIndex && one.address === address && one.prefix === prefix,
      ),
  );

/** What is not as it was made, in words; null: all is. */
export const wrongWithLoopback = (
  loopback: Link | null,
  addresses: readonly InterfaceAddress[],
): string | null => {
  if (loopback === null || (loopback.flags & linkFlags.up) === 0) return "the loopback is down";
  if (loopback.mtu !== madeMtu) return `the loopback has an MTU of ${loopback.mtu}`;
  const [first] = lost(addresses);
  return first === undefined ? null : `the loopback has lost ${first.address}`;
};

/** Puts it right. Taken up, it gets its addresses by itself, so these come after. */
export const mendLoopback = (socket: NetlinkSocket): void => {
  socket.insist([setLink(loopbackIndex, { set: linkFlags.up, mask: linkFlags.up, mtu: madeMtu })]);
  const addresses = socket.dump(getAddresses(loopbackIndex), readAddress);
  socket.insist(
    lost(addresses).map(({ address, prefix }) => addLoopbackAddress(loopbackIndex, address, prefix)),
  );
};
