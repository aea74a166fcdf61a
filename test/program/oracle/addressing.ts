/** Addresses and names of links, by the formulas of docs/decisions/addresses.md. */
import type { DualAddress } from "../../../src/core/resource.ts";
import { bits } from "./hashing.ts";
import { half, numbered } from "./numbering.ts";

/** 128 bits as text, as the URL standard writes an address. */
const written = (value: bigint): string => {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
};

/** The first byte, and 40 bits of the system. */
const network = (first: bigint, system: string): bigint =>
  (first << 40n) | (bits(["system", system], 2) >> 24n);

const dotted = (second: number, number: number): string =>
  [10, second + (number >> 16), (number >> 8) % 256, number % 256].join(".");

export const linkOf = (system: string, automaton: string, index: number): string => {
  const both = bits(["link", system, automaton, index], 2);
  const letters = [both >> 32n, both].flatMap((word) =>
    [0n, 5n, 10n, 15n, 20n].map((shift) => ((word >> shift) & 31n).toString(32)),
  );
  return `v${letters.join("")}`;
};

/** The addresses of a system with these instances (automaton and index) and these services. */
export class Addresses {
  readonly #system: string;
  readonly #concrete4: ReadonlyMap<string, number>;
  readonly #virtual4: ReadonlyMap<string, number>;

  constructor(
    system: string,
    instances: readonly (readonly [automaton: string, index: number])[],
    services: readonly string[],
  ) {
    this.#system = system;
    const named = instances.map(([automaton, index]) => `${system}/${automaton}/${index}`);
    this.#concrete4 = numbered(named, half);
    this.#virtual4 = numbered(
      services.map((service) => `${system}/${service}`),
      half,
    );
  }

  instance(automaton: string, index: number): DualAddress {
    const system = this.#system;
    const number = this.#concrete4.get(`${system}/${automaton}/${index}`);
    const prefix = (network(0xfcn, system) << 48n) | (bits(["automaton", system, automaton], 2) >> 16n);
    return {
      v4: number === undefined ? null : dotted(0, number),
      v6: written((prefix << 32n) | BigInt(index + 1)),
    };
  }

  service(service: string): DualAddress {
    const system = this.#system;
    const number = this.#virtual4.get(`${system}/${service}`);
    const own = bits(["service", system, service], 3) >> 16n;
    return {
      v4: number === undefined ? null : dotted(128, number),
      v6: written((network(0xfdn, system) << 80n) | own),
    };
  }
}
