/** Addresses of a system that exist already: on this machine, or in a network that it is in. */
import type { DualAddress } from "../../../../src/core/resource.ts";
import type { Filtered } from "../../element.ts";
import type { Known } from "../../known.ts";
import type { Surroundings } from "./addresses.ts";
import { HostNetworks } from "./networks.ts";

/** Addresses with what they are of. */
const named = (resource: Filtered): readonly (readonly [address: string, of: string])[] => {
  const both = ({ v4, v6 }: DualAddress, of: string) =>
    [v4, v6].flatMap((address) => (address === null ? [] : [[address, of] as const]));
  if (resource.kind === "instance") return both(resource.address, `${resource.automaton}.${resource.index}`);
  return resource.kind === "service" ? both(resource.vip, `the service ${resource.id}`) : [];
};

const occupied = ({ links, addresses }: Surroundings, resources: Known): readonly string[] => {
  const networks = new HostNetworks(addresses);
  if (networks.isEmpty) return [];
  const published = new Set([...resources.publications.values()].flatMap(({ vip }) => [vip.v4, vip.v6]));
  const found = new Map<string, { readonly first: string; count: number }>();
  const warnings: string[] = [];
  for (const [address, of] of [...resources.known.values()].flatMap(named)) {
    for (const one of networks.around(address)) {
      const link = links.get(one.index)!.name;
      if (one.address === address) {
        const harm = published.has(address) ? ": published ports do not lead there" : "";
        warnings.push(`${link} of this host has ${address}, the address of ${of}${harm}`);
      } else {
        const network = `${one.address}/${one.prefix} of ${link}`;
        const known = found.get(network);
        if (known === undefined) found.set(network, { first: `${address} of ${of}`, count: 1 });
        else known.count += 1;
      }
    }
  }
  for (const [network, { first, count }] of found) {
    const more = count === 1 ? "" : ` (and ${count - 1} more)`;
    warnings.push(
      `addresses of this system are in the network ${network}: ${first}${more}; a machine there that has one of them is taken for it`,
    );
  }
  return warnings;
};

const textOf = ({ links, addresses }: Surroundings): string =>
  addresses.map(({ index, address, prefix }) => `${address}/${prefix} ${links.get(index)!.name}`).join("\n");

/** That addresses of the system are taken. What was found is kept as long as nothing changes. */
export class AddressWarnings {
  #last: {
    readonly resources: Known;
    readonly revision: number;
    readonly around: string;
    readonly warnings: readonly string[];
  } | null = null;

  read(surroundings: Surroundings, resources: Known): readonly string[] {
    const around = textOf(surroundings);
    const { revision } = resources;
    const last = this.#last;
    if (last?.resources === resources && last.revision === revision && last.around === around)
      return last.warnings;
    const warnings = occupied(surroundings, resources);
    this.#last = { resources, revision, around, warnings };
    return warnings;
  }
}
