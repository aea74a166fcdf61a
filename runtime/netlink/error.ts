/** What can go wrong between us and the kernel, before it is an exception. */
import { getSystemErrorMap } from "node:util";

/** Bytes that are no netlink: cut off, overlapping, or of another shape than the kernel's. */
export class NetlinkError extends Error {
  override readonly name = "NetlinkError";
}

/** A request that the kernel refused, or a socket that failed, in its own words. */
export interface Refusal {
  /** What was being done: `add address 10.0.0.7/32 to link 2`. */
  readonly doing: string;
  /** Positive. */
  readonly errno: number;
  /** Symbolic: `EEXIST`. */
  readonly code: string;
  /** The kernel's extended acknowledgement, or else the words for the errno. */
  readonly message: string;
}

/** Errnos that libuv has no name for and that netlink answers with. */
const further: ReadonlyMap<number, readonly [string, string]> = new Map([
  [85, ["ERESTART", "interrupted, to be started again"]],
  [99, ["EADDRNOTAVAIL", "cannot assign requested address"]],
  [107, ["ENOTCONN", "transport endpoint is not connected"]],
]);

/** Name and words of an errno. */
export const errnoWords = (errno: number): readonly [code: string, words: string] =>
  getSystemErrorMap().get(-errno) ?? further.get(errno) ?? [`E${errno}`, `error ${errno}`];

/** A refusal of the kernel, with its own words, or those of the errno where it gave none. */
export const refusal = (doing: string, errno: number, words: string | null): Refusal => {
  const [code, message] = errnoWords(errno);
  return { doing, errno, code, message: words ?? message };
};
