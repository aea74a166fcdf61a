/**
 * Transactions: what is between the begin and the end of a batch is done as a whole
 * or not at all. With a generation it is done only if nothing has changed since
 * (compare and swap).
 */
import { refusedWith } from "../kernel-error.ts";
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
/** Bytes of the message that ends a batch. */
const batchEnd = 20;

/** The number of the last transaction of this namespace. */
export const getGeneration: Request = nftRequest(
  messages.getGeneration,
  0,
  () => "ask for the generation of the rules",
  () => {},
);

/** The generation of the ruleset that a message tells. */
export const readGeneration = (message: Message): number =>
  attributesOf(message, generalLength).u32be(NFTA_GEN_ID);

/** What became of a batch. */
export type CommitResult =
  | { readonly _tag: "done"; readonly transactions: number }
  /** Somebody else has changed something since that generation. Nothing was done. */
  | { readonly _tag: "stale" }
  /** By the index of the request; those of the whole batch at -1. Nothing was done. */
  | { readonly _tag: "refused"; readonly refusals: ReadonlyMap<number, Refusal> };

const writer = new MessageWriter(256 * 1024);

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

/** Of very many refusals the last do not fit, and the first are enough. */
const nextAnswers = (socket: NetlinkSocket): readonly Message[] | null => {
  try {
    return socket.receive();
  } catch (error) {
    if (refusedWith(error, "ENOBUFS")) return [];
    throw error;
  }
};

/** Does all of it in one transaction. Equivalent to: `nft -f` on a file of commands. */
const transact = (
  socket: NetlinkSocket,
  requests: readonly Request[],
  bytes: Uint8Array,
  base: number,
): CommitResult => {
  socket.send(bytes);
  const refusals = new Map<number, Refusal>();
  for (let answers = nextAnswers(socket); answers !== null; answers = nextAnswers(socket)) {
    for (const answer of answers) {
      if (answer.type !== messageTypes.error) continue;
      const index = ((answer.sequence - base) >>> 0) - 1;
      const refused = readAcknowledgement(answer, requests[index]?.doing ?? end.doing);
      if (refused === null) continue;
      if (refused.code === "ERESTART") return { _tag: "stale" };
      refusals.set(index, refused);
    }
  }
  return refusals.size === 0 ? { _tag: "done", transactions: 1 } : { _tag: "refused", refusals };
};

/**
 * Does all of it in one transaction, or where that is longer than the socket may send
 * in several, each one step on from the generation given. What is refused then ends
 * the series: refusals are by the index among all requests, and `transactions` before
 * it are done.
 */
export const commit = (
  socket: NetlinkSocket,
  requests: readonly Request[],
  generation: number | null,
): CommitResult => {
  let done = 0;
  for (let next = 0; next < requests.length; ) {
    const first = next;
    const base = socket.nextSequence();
    writer.clear();
    writeRequest(writer, begin(generation === null ? null : generation + done), base);
    while (next < requests.length) {
      const before = writer.length;
      writeRequest(writer, requests[next]!, socket.nextSequence());
      if (writer.length > socket.sendLimit - batchEnd && next > first) {
        writer.length = before;
        break;
      }
      next += 1;
    }
    writeRequest(writer, end, socket.nextSequence());
    const outcome = transact(socket, requests.slice(first, next), writer.written(), base);
    if (outcome._tag === "stale") return outcome;
    if (outcome._tag === "refused") {
      const refusals = [...outcome.refusals].map(
        ([at, answer]) => [at < 0 ? at : at + first, answer] as const,
      );
      return { _tag: "refused", refusals: new Map(refusals) };
    }
    done += 1;
  }
  return { _tag: "done", transactions: done };
};
