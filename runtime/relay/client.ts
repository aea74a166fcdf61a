/** Asking a relay for something. */
import { connect } from "node:net";
import { isLeft } from "fp-ts/lib/Either.js";
import type { Transport } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import { RelayAnswer, type RelayRequest, relaySocket } from "./protocol.ts";

const limitMs = 5_000;

const exchange = async (path: string, line: string): Promise<string> => {
  const socket = connect({ path });
  socket.setTimeout(limitMs, () => socket.destroy(new Error(`no answer within ${limitMs} ms`)));
  socket.end(`${line}\n`);
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) answer += chunk as string;
  return answer;
};

/** The ports of the system that are relayed, after the request. Throws the relay's refusal. */
export const askRelay = async (
  stateRoot: string,
  request: RelayRequest,
): Promise<readonly { readonly transport: Transport; readonly port: number }[]> => {
  const doing = "ask the relay of published ports";
  let text: string;
  try {
    text = await exchange(relaySocket(stateRoot), JSON.stringify(request));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
    throw new KernelError(doing, code, (error as Error).message);
  }
  const answer = RelayAnswer.decode(text === "" ? null : JSON.parse(text));
  if (isLeft(answer)) throw new KernelError(doing, "EPROTO", "it gave no answer");
  if ("ports" in answer.right) return answer.right.ports;
  const { operation, code, words } = answer.right.refusal;
  throw new KernelError(operation, code, words);
};
