/** Asking a relay for something. */
import { connect } from "node:net";
import { isLeft } from "fp-ts/lib/Either.js";
import type { Transport } from "../../src/core/resource.ts";
import { counted } from "../../src/core/tally.ts";
import { KernelError } from "../kernel-error.ts";
import { isPathPart } from "../names.ts";
import { RelayAnswer, type RelayRequest, relaySocket } from "./protocol.ts";

const doing = "ask the relay of published ports";

/** How long an answer may take from first to last, in milliseconds, and how long it may be, in characters. */
interface Bounds {
  readonly ms: number;
  readonly length: number;
}
/** Of the user's own relay, which may have thousands of ports. */
const own: Bounds = { ms: 5_000, length: 16 << 20 };
/** An answer of another process may be anything, and the caller must not wait for it for ever. */
const foreign: Bounds = { ms: 1_000, length: 64 << 10 };

const exchange = async (path: string, line: string, { ms, length }: Bounds): Promise<string> => {
  const socket = connect({ path });
  const end = setTimeout(() => socket.destroy(new Error(`no answer within ${ms} ms`)), ms);
  try {
    socket.end(`${line}\n`);
    let answer = "";
    for await (const chunk of socket.setEncoding("utf8")) {
      answer += chunk as string;
      if (answer.length > length)
        throw new Error(`it answers with more than ${counted(length, "character")}`);
    }
    return answer;
  } finally {
    clearTimeout(end);
    socket.destroy();
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

const ask = async (stateRoot: string, request: RelayRequest, bounds: Bounds): Promise<RelayAnswer> => {
  let text: string;
  try {
    text = await exchange(relaySocket(stateRoot), JSON.stringify(request), bounds);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
    throw new KernelError(doing, code, (error as Error).message);
  }
  const answer = RelayAnswer.decode(parsed(text));
  if (isLeft(answer)) throw new KernelError(doing, "EPROTO", "it gave no answer");
  return answer.right;
};

/** The ports of the system that are relayed, after the request. Throws the relay's refusal. */
export const askRelay = async (
  stateRoot: string,
  request: Exclude<RelayRequest, { readonly ask: "whose" }>,
): Promise<readonly { readonly transport: Transport; readonly port: number }[]> => {
  const answer = await ask(stateRoot, request, own);
  if ("ports" in answer) return answer.ports;
  if (!("refusal" in answer)) throw new KernelError(doing, "EPROTO", "it answered something else");
  const { operation, code, words } = answer.refusal;
  throw new KernelError(operation, code, words);
};

/**
 * The system of another runtime directory that a port is relayed for; null where that is not known:
 * nobody answers as a relay does, within a second.
 */
export const askWhose = async (
  stateRoot: string,
  transport: Transport,
  port: number,
): Promise<string | null> => {
  try {
    const answer = await ask(stateRoot, { ask: "whose", transport, port }, foreign);
    return "whose" in answer && answer.whose !== null && isPathPart(answer.whose) ? answer.whose : null;
  } catch (error) {
    if (error instanceof KernelError) return null; // gone meanwhile, or not for us to ask
    throw error;
  }
};
