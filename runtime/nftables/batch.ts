/**
 * Transactions: what is between the begin and the end of a batch is done as a whole
 * or not at all. With a generation it is done only if nothing has changed since
 * (compare and swap).
 */
import type { Refusal } from "../netlink/error.ts";
import { messageTypes, type Request, readAcknowledgement, writeRequest } from "../netlink/message.ts";
import { attributesOf, type Message } from "../netlink/reader.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { MessageWriter } from "../netlink/writer.ts";
import { generalLength, messages, nftRequest, writeBatchHeader } from "./message.ts";

const NFNL_MSG_BATCH_BEGIN = 16;
const NFNL_MSG_BATCH_END = 17;
const NFNL_BATCH_GENID = 1;
const NFTA_GEN_ID = 1;

/** The number of the last transaction of this namespace. */
export const getGeneration: Request = nftRequest(
  messages.getGeneration,
  0,
  () => "ask for the generation of the rules",
  () => {},
);
export const readGeneration = (message: Message): number =>
  attributesOf(message, generalLength).u32be(NFTA_GEN_ID);

export type Outcome =
  | { readonly _tag: "done" }
  /** Somebody else has changed something since that generation. Nothing was done. */
  | { readonly _tag: "stale" }
  /** By the index of the request; those of the whole batch at -1. Nothing was done. */
  | { readonly _tag: "refused"; readonly refusals: ReadonlyMap<number, Refusal> };

const writer = new MessageWriter(256 * 1024);

/** The bytes that requests take in a batch, to keep it below what a socket may send at once. */
export const measure = (request: Request): number => {
  writer.clear();
  writeRequest(writer, request, 0);
  return writer.length;
};

const begin = (generation: number | null): Request => ({
  type: NFNL_MSG_BATCH_BEGIN,
  flags: 0,
  doing: () => "commit the changes of the rules",
  body: (out) => {
    writeBatchHeader(out);
    if (generation !== null) out.u32be(NFNL_BATCH_GENID, generation);
  },
});

const end: Request = {
  type: NFNL_MSG_BATCH_END,
  flags: 0,
  doing: () => "commit the changes of the rules",
  body: writeBatchHeader,
};

/** Does all of it in one transaction. Equivalent to: `nft -f` on a file of commands. */
export const commit = (
  socket: NetlinkSocket,
  requests: readonly Request[],
  generation: number | null,
): Outcome => {
  writer.clear();
  const all = [begin(generation), ...requests, end];
  const base = socket.nextSequence();
  for (const [index, request] of all.entries()) {
    writeRequest(writer, request, index === 0 ? base : socket.nextSequence());
  }
  socket.send(writer.written());
  const refusals = new Map<number, Refusal>();
  for (let answers = socket.receive(); answers !== null; answers = socket.receive()) {
    for (const answer of answers) {
      if (answer.type !== messageTypes.error) continue;
      const index = (answer.sequence - base) >>> 0;
      const refused = readAcknowledgement(answer, all[index]?.doing ?? begin(null).doing);
      if (refused === null) continue;
      if (refused.code === "ERESTART") return { _tag: "stale" };
      refusals.set(index - 1, refused);
    }
  }
  return refusals.size === 0 ? { _tag: "done" } : { _tag: "refused", refusals };
};
