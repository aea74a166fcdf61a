/**
 * What is said to a relay over its socket: a line of JSON, answered by one. The socket
 * lies in a directory that only its owner may enter.
 */
import * as t from "io-ts";

const transport = t.union([t.literal("tcp"), t.literal("udp")]);

/** What a relay is asked for, as a line of JSON. */
export const RelayRequest = t.union([
  t.type({
    ask: t.union([t.literal("open"), t.literal("close")]),
    system: t.string,
    transport,
    port: t.number,
  }),
  /** Which system a port is relayed for. */
  t.type({ ask: t.literal("whose"), transport, port: t.number }),
  t.type({ ask: t.literal("list"), system: t.string }),
  t.type({ ask: t.literal("forget"), system: t.string }),
]);
/** What a relay is asked for. */
export type RelayRequest = t.TypeOf<typeof RelayRequest>;

/** What it answers: the ports of the system that it relays, whose a port is, or why it refuses. */
export const RelayAnswer = t.union([
  t.type({ ports: t.array(t.type({ transport, port: t.number })) }),
  t.type({ whose: t.union([t.string, t.null]) }),
  t.type({ refusal: t.type({ operation: t.string, code: t.string, words: t.string }) }),
]);
/** What a relay answers. */
export type RelayAnswer = t.TypeOf<typeof RelayAnswer>;

/** The socket of the relay of a runtime directory. */
export const relaySocket = (stateRoot: string): string => `${stateRoot}/.relay`;
