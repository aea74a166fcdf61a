/**
 * Addresses at which clouds hand out credentials and settings for the machine alone. They are no part of the internet, in
 * whatever form they are written.
 */

/** A net of IPv4, and how many of its bits count; whole bytes. */
export interface MachineAddress {
  readonly address: readonly [number, number, number, number];
  readonly bits: 16 | 32;
}

/** The link of the machine (most clouds), Azure's host, and Alibaba's. Name servers may be there, too. */
export const machineNets: readonly MachineAddress[] = [
  { address: [169, 254, 0, 0], bits: 16 },
  { address: [168, 63, 129, 16], bits: 32 },
  { address: [100, 100, 100, 200], bits: 32 },
];

/** The same of IPv6, at AWS, Google and Scaleway, as they are usually written; all are in fc00::/7. */
export const machineAddresses6: readonly string[] = ["fd00:ec2::254", "fd20:ce::254", "fd00:42::42"];

/** Whether an address of IPv4 is one of them. */
export const isOfMachine4 = (bytes: readonly number[]): boolean =>
  machineNets.some(({ address, bits }) => address.slice(0, bits / 8).every((byte, at) => bytes[at] === byte));
