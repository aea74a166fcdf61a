/**
 * What is said to a relay over its socket: a line of JSON, answered by one. The socket
 * lies in a directory that only its owner may enter.
 */
import * as t from "io-ts";

const transport = t.union([t.literal("tcp"), t.literal("udp")]);

export const RelayRequest = t.union([
  t.type({
    ask: t.union([t.literal("open"), t.literal("close")]),
    system: t.string,
    transport,
    port: t.number,
  }),
  t.type({ ask: t.literal("list"), system: t.string }),
  t.type({ ask: t.literal("forget"), system: t.string }),
]);
export type RelayRequest = t.TypeOf<typeof RelayRequest>;

export const RelayAnswer = t.union([
  t.type({ ports: t.array(t.type({ transport, port: t.number })) }),
  t.type({ refusal: t.type({ operation: t.string, code: t.string, words: t.string }) }),
]);
export type RelayAnswer = t.TypeOf<typeof RelayAnswer>;

export const relaySocket = (stateRoot: string): string => `${stateRoot}/.relay`;
