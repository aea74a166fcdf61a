/** What listens in an instance, as data. */
import type { DualAddress, Transport } from "../../src/core/resource.ts";

/** A port that a program is to listen on. */
export interface Port {
  readonly transport: Transport;
  readonly number: number;
}

/** A socket that takes connections, or of udp datagrams, from anybody who reaches it. */
export interface Listener extends Port {
  /** As it is bound; `0.0.0.0` and `::` are all addresses. */
  readonly address: string;
  /** Only over the loopback device, whatever its address. */
  readonly isLoopback: boolean;
}

/** Whether peers, which know an instance by its address, reach the listener. */
export const isReachable = ({ address, isLoopback }: Listener, { v4, v6 }: DualAddress): boolean =>
  !isLoopback && (address === "0.0.0.0" || address === "::" || address === v6 || address === v4);

/** What of an instance's ports is missing, and what listens instead. */
export interface Listening {
  readonly missing: readonly Port[];
  /** Everything that listens, of the transports of what is missing. */
  readonly listeners: readonly Listener[];
}
