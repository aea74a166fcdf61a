/** What listens in an instance, as data. */
import type { WantedPort } from "../../src/core/monitor.ts";
import type { DualAddress, Family } from "../../src/core/resource.ts";

/** A port. */
export type Port = Pick<WantedPort, "transport" | "number">;

/** A socket that takes connections, or of udp datagrams, from anything that reaches it. */
export interface Listener extends Port {
  /** As it is bound; `0.0.0.0` and `::` are all addresses. */
  readonly address: string;
  /** Only over the loopback device, whatever its address. */
  readonly isLoopback: boolean;
  /** At `::`: it takes no packets of IPv4, as it does otherwise. */
  readonly only6?: boolean;
}

/** The families by which peers, which know an instance by its address, reach the listener. */
export const familiesOf = (
  { address, isLoopback, only6 }: Listener,
  { v4, v6 }: DualAddress,
): readonly Family[] => {
  if (isLoopback) return [];
  if (address === "0.0.0.0" || address === v4) return ["ipv4"];
  if (address === "::") return only6 === true ? ["ipv6"] : ["ipv4", "ipv6"];
  return address === v6 ? ["ipv6"] : [];
};

/** Whether peers that use one of these families reach the listener; by default any. */
export const isReachable = (
  listener: Listener,
  own: DualAddress,
  families: readonly Family[] = ["ipv4", "ipv6"],
): boolean => familiesOf(listener, own).some((family) => families.includes(family));

/** What of an instance's ports is missing, and what listens instead. */
export interface Listening {
  /** Each with the families by which nobody hears it; both, where any would do. */
  readonly missing: readonly WantedPort[];
  /** Everything that listens, of the transports of what is missing. */
  readonly listeners: readonly Listener[];
}
