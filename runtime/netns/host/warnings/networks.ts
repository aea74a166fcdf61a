/** Networks that this machine is in, as far as they may have addresses of systems in them. */
import type { InterfaceAddress } from "../../../netlink/address.ts";
import { parseIp } from "../../../netlink/ip.ts";
import { concretePrefixes, virtualPrefixes } from "../../names.ts";

/** The first bits of an address, the rest of them 0, as a key. */
const firstBits = (bytes: Uint8Array, count: number): string =>
  String.fromCharCode(
    ...bytes.map((byte, at) => byte & (0xff << (8 - Math.max(0, Math.min(8, count - 8 * at))))),
  );

/** Where all addresses of all systems are. */
const own = [concretePrefixes, virtualPrefixes].flatMap((prefixes) =>
  Object.values(prefixes).map((text) => {
    const [address = "", length = "0"] = text.split("/");
    return { bytes: parseIp(address), length: Number(length) };
  }),
);

/** Whether some address of a system may be in the network. */
const isNearOurs = (bytes: Uint8Array, prefix: number): boolean =>
  own.some((one) => {
    const common = Math.min(prefix, one.length);
    return one.bytes.length === bytes.length && firstBits(one.bytes, common) === firstBits(bytes, common);
  });

/** Networks of one length, by the bits that their addresses begin with. */
interface OfLength {
  readonly bytes: number;
  readonly prefix: number;
  readonly networks: Map<string, InterfaceAddress[]>;
}

/** The host's addresses by the networks they are in; to look one up takes a step for each length of a prefix. */
export class HostNetworks {
  readonly #lengths = new Map<string, OfLength>();

  constructor(addresses: Iterable<InterfaceAddress>) {
    for (const one of addresses) {
      const { prefix } = one;
      const bytes = parseIp(one.address);
      if (!isNearOurs(bytes, prefix)) continue;
      const key = `${bytes.length}/${prefix}`;
      const of = this.#lengths.get(key) ?? { bytes: bytes.length, prefix, networks: new Map() };
      this.#lengths.set(key, of);
      const network = firstBits(bytes, prefix);
      of.networks.set(network, [...(of.networks.get(network) ?? []), one]);
    }
  }

  /** Whether none of them may have an address of a system. */
  get isEmpty(): boolean {
    return this.#lengths.size === 0;
  }

  /** The host's addresses whose networks have this address. */
  around(address: string): readonly InterfaceAddress[] {
    const bytes = parseIp(address);
    return [...this.#lengths.values()].flatMap(({ bytes: length, prefix, networks }) =>
      length === bytes.length ? (networks.get(firstBits(bytes, prefix)) ?? []) : [],
    );
  }
}
