/** One end of a link of ours: how each is made, what others may have changed of it, and the way back. */
import { deleteAltname, type Link, type LinkChange, linkFlags, setLink } from "../netlink/link.ts";
import { getNeighbour, readNeighbour } from "../netlink/neighbour.ts";
import { deleteQueue, getQueues, readQueue } from "../netlink/queue.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { linkMac, nextHop } from "./names.ts";

/** Up, and without neighbours. */
export const endFlags = linkFlags.up | linkFlags.noArp;
/** As the kernel makes a veth, and so nothing that is said. */
const madeMtu = 1500;
const madeQueue = "noqueue";
/** What the kernel calls the queue of a link that was never up: it cannot be removed, and is replaced when the link comes up. */
const unusedQueue = "noop";

const hasOwnQueue = ({ queue }: Link): boolean =>
  queue !== null && queue !== madeQueue && queue !== unusedQueue;

const hasMac = ({ mac }: Link): boolean => mac !== null && Buffer.compare(mac, linkMac) === 0;

/** What of an end is not as it was made, in words; null: all is. */
export const wrongWithEnd = (link: Link): string | null => {
  const { name, flags, mtu, master, altnames } = link;
  if ((flags & linkFlags.up) === 0) return `link ${name} is down`;
  if ((flags & linkFlags.noArp) === 0) return `link ${name} asks for neighbours`;
  if (mtu !== madeMtu) return `link ${name} has an MTU of ${mtu}`;
  if (!hasMac(link)) return `link ${name} has another MAC address`;
  if (master !== null) return `link ${name} is part of another`;
  if (altnames.length > 0) return `link ${name} has the name ${altnames[0]} too`;
  if (hasOwnQueue(link)) return `link ${name} has a queue (${link.queue})`;
  return null;
};

/** Puts an end right where it is. */
export const mendEnd = (socket: NetlinkSocket, link: Link): void => {
  const { index, mtu, master, altnames } = link;
  const change: LinkChange = {
    set: endFlags,
    mask: endFlags,
    ...(mtu === madeMtu ? {} : { mtu: madeMtu }),
    ...(hasMac(link) ? {} : { mac: linkMac }),
    ...(master === null ? {} : { master: 0 }),
  };
  socket.request(setLink(index, change));
  // Others may have removed these since the link was read.
  socket.remove([
    ...altnames.map((name) => deleteAltname(index, name)),
    ...(hasOwnQueue(link) ? [deleteQueue(index, "out")] : []),
  ]);
};

/** Links whose packets are sorted, and perhaps dropped, as they come in: by index, with what sorts them. */
export type Sorted = ReadonlyMap<number, string>;

export const sorts = (kind: string): boolean => kind === "clsact" || kind === "ingress";

/** Of all links: the kernel does not tell it of one. */
export const readSorted = (socket: NetlinkSocket): Sorted =>
  new Map(
    socket
      .dump(getQueues, readQueue)
      .filter(({ kind }) => sorts(kind))
      .map(({ index, kind }) => [index, kind] as const),
  );

export const wrongSorting = (sorted: Sorted, { index, name }: Link): string | null =>
  sorted.has(index) ? `what comes in by link ${name} is sorted (${sorted.get(index)})` : null;

/** Whether an end takes somebody else for its next hop. */
export const wrongNeighbour = (socket: NetlinkSocket, { index, name }: Link): string | null => {
  const neighbour = socket.get(getNeighbour(index, nextHop), readNeighbour);
  return neighbour === null || neighbour.isGiven ? null : `link ${name} has another neighbour`;
};

/** Puts right what a link itself does not tell. */
export const mendBesideEnd = (socket: NetlinkSocket, { index }: Link): void => {
  // There may be nothing that sorts, which is refused, and that is as well.
  socket.perform([deleteQueue(index, "in")]);
  const neighbour = socket.get(getNeighbour(index, nextHop), readNeighbour);
  if (neighbour !== null && !neighbour.isGiven) socket.insist([neighbour.removal]);
};
