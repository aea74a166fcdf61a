/**
 * User data as nftables itself writes it: a comment, so that `nft list` shows it. A
 * type byte, a length byte and the text with its final zero.
 */
import { NetlinkError } from "../netlink/error.ts";

const commentType = 0;
/** Bytes of text; the kernel takes 256 bytes of user data in all. */
export const longestComment = 253;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const encodeComment = (text: string): Uint8Array => {
  const bytes = encoder.encode(text);
  if (bytes.length > longestComment) throw new NetlinkError(`a comment of ${bytes.length} bytes`);
  const data = new Uint8Array(3 + bytes.length);
  data[0] = commentType;
  data[1] = bytes.length + 1;
  data.set(bytes, 2);
  return data;
};

/** Null where there is none among the user data. */
export const decodeComment = (data: Uint8Array): string | null => {
  for (let at = 0; at + 2 <= data.length; at += 2 + data[at + 1]!) {
    const length = data[at + 1]!;
    if (data[at] !== commentType || length === 0 || at + 2 + length > data.length) continue;
    return decoder.decode(data.subarray(at + 2, at + 1 + length));
  }
  return null;
};
