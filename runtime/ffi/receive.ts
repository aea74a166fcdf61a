/** Receiving netlink from several namespaces on one socket: which one it was comes beside the data. */
import koffi from "koffi";
import { bind } from "./libc.ts";

const MSG_DONTWAIT = 0x40;
const SOL_NETLINK = 270;
const NETLINK_LISTEN_ALL_NSID = 8;

const recvmsg = bind<[number, Buffer, number], number>("intptr_t recvmsg(int fd, void *message, int flags)");

// One block: struct msghdr, struct iovec, room for ancillary data, room for the datagram.
const vectorAt = 64;
const controlAt = 128;
const controlRoom = 128;
const dataAt = 4096;
const dataRoom = 64 * 1024;
const block = Buffer.from(new ArrayBuffer(dataAt + dataRoom));
const data = new Uint8Array(block.buffer, dataAt, dataRoom);

let prepared = false;

/** The layout of a 64-bit Linux, all in the byte order of the machine. */
const prepare = (): void => {
  const address = BigInt(koffi.address(block));
  const words = new BigUint64Array(block.buffer);
  const at = (offset: number): number => offset / 8;
  words[at(16)] = address + BigInt(vectorAt); // msg_iov
  words[at(24)] = 1n; // msg_iovlen
  words[at(32)] = address + BigInt(controlAt); // msg_control
  words[at(vectorAt)] = address + BigInt(dataAt);
  words[at(vectorAt + 8)] = BigInt(dataRoom);
  prepared = true;
};

/** A datagram with the namespace that it is from, or why there is none. */
export type Received =
  | {
      readonly _tag: "data";
      /** Valid until the next call. */
      readonly bytes: Uint8Array;
      readonly length: number;
      /** The number of the namespace that it came from; null: that of the socket. */
      readonly nsid: number | null;
    }
  | { readonly _tag: "nothing" }
  /** Some of what was sent is lost. */
  | { readonly _tag: "lost" };

const nsidOf = (): number | null => {
  const length = Number(new BigUint64Array(block.buffer, 40, 1)[0]);
  const words = new Int32Array(block.buffer);
  // struct cmsghdr: length (8), level (4), type (4), then the data.
  if (length < 20) return null;
  const at = controlAt / 4;
  return words[at + 2] === SOL_NETLINK && words[at + 3] === NETLINK_LISTEN_ALL_NSID ? words[at + 4]! : null;
};

/** The next datagram of a netlink socket, without waiting for one. */
export const receiveFrom = (fd: number): Received => {
  if (!prepared) prepare();
  new BigUint64Array(block.buffer, 40, 1)[0] = BigInt(controlRoom);
  const length = Number(recvmsg(fd, block, MSG_DONTWAIT));
  if (length >= 0) return { _tag: "data", bytes: data, length, nsid: nsidOf() };
  const errno = koffi.errno();
  if (errno === koffi.os.errno.EAGAIN || errno === koffi.os.errno.EINTR) return { _tag: "nothing" };
  if (errno === koffi.os.errno.ENOBUFS) return { _tag: "lost" };
  throw new Error(`receive from the kernel: errno ${errno}`);
};
