/**
 * User data as nftables itself writes it: a comment, so that `nft list` shows it. A
 * type byte, a length byte and the text with its final zero.
 */

import { counted } from "../../src/core/tally.ts";
import { NetlinkError } from "../netlink/error.ts";
import type { MessageWriter } from "../netlink/writer.ts";

const commentType = 0;
/** Bytes of text; the kernel takes 256 bytes of user data in all. */
export const longestComment = 253;

const decoder = new TextDecoder();

/** Writes a comment as the user data of something. */
export const writeComment = (writer: MessageWriter, attribute: number, comment: string): void => {
  const { at, length } = writer.text(attribute, comment, 2);
  if (length > longestComment) throw new NetlinkError(`a comment of ${counted(length, "byte")}`);
  writer.bytes[at] = commentType;
  writer.bytes[at + 1] = length + 1;
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
