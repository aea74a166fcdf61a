/**
 * What the host's own firewall does with published ports. They are forwarded: rules for what is
 * forwarded may keep other machines out, and rules for what comes in do not apply.
 */
import { portsText, publishedPorts } from "../../../../src/core/port-range.ts";
import type { Publication } from "../../../../src/core/resource.ts";
import type { NetlinkSocket } from "../../../netlink/socket.ts";
import {
  type ForeignChain,
  type ForeignElement,
  type ForeignRule,
  getAllChains,
  getRulesOf,
  readForeignChain,
  readForeignElements,
  readForeignRule,
} from "../../../nftables/foreign.ts";
import { nftFamilies } from "../../../nftables/message.ts";
import { getElements } from "../../../nftables/set.ts";
import { protocolNumber } from "../../fields.ts";
import { isHostTable } from "../names.ts";
import { type Called, type ForeignTable, outcomes, type Packet } from "./packet.ts";

/** A link by which clients come. */
export interface Ingress {
  readonly index: number;
  readonly name: string;
  readonly family: 4 | 6;
}

/** The numbers of the hooks of IPv4 and IPv6. */
const hooks = { input: 1, forward: 2 } as const;

const familyNames = new Map<number, string>([
  [nftFamilies.inet, "inet"],
  [nftFamilies.ip, "ip"],
  [nftFamilies.ip6, "ip6"],
]);

const concerns = ({ family }: ForeignChain, way: Ingress): boolean =>
  family === nftFamilies.inet || family === (way.family === 4 ? nftFamilies.ip : nftFamilies.ip6);

const readTable = (socket: NetlinkSocket, family: number, name: string): ForeignTable => {
  const rules = new Map<string, ForeignRule[]>();
  for (const rule of socket.dump(getRulesOf(family, name), readForeignRule)) {
    const those = rules.get(rule.chain);
    if (those === undefined) rules.set(rule.chain, [rule]);
    else those.push(rule);
  }
  const sets = new Map<string, readonly ForeignElement[]>();
  return {
    rules,
    elements: (set) => {
      const elements =
        sets.get(set) ?? socket.dump(getElements(name, set, family), readForeignElements).flat();
      sets.set(set, elements);
      return elements;
    },
  };
};

/** The host's firewall as it is now. Throws a `KernelError` where it changes meanwhile. */
export class HostFirewall {
  readonly #chains: readonly Called[];

  /** `socket`: a netfilter socket in the host's namespace; `legacy`: the chains that it does not tell of. */
  constructor(socket: NetlinkSocket, legacy: readonly Called[]) {
    const tables = new Map<string, ForeignTable>();
    const called = socket
      .dump(getAllChains, readForeignChain)
      .filter(
        ({ hook, table, family }) =>
          hook?.type === "filter" && familyNames.has(family) && !isHostTable(table),
      )
      .filter(({ hook }) => hook!.number === hooks.input || hook!.number === hooks.forward)
      .map((chain) => {
        const key = `${chain.family} ${chain.table}`;
        const table = tables.get(key) ?? readTable(socket, chain.family, chain.table);
        tables.set(key, table);
        return { chain, table };
      });
    this.#chains = [...called, ...legacy];
  }

  /** The chain that drops the packet, from any sender; null: none surely does. */
  dropping(hook: keyof typeof hooks, way: Ingress, packet: Packet): ForeignChain | null {
    for (const { chain, table } of this.#chains) {
      if (chain.hook!.number !== hooks[hook] || !concerns(chain, way)) continue;
      const possible = outcomes(table, chain.name, packet);
      const isDropped =
        !possible.has("accepted") &&
        (chain.hook!.drops || (possible.has("dropped") && !possible.has("goes on")));
      if (isDropped) return chain;
    }
    return null;
  }
}

const portWords = (publications: readonly Publication[]): string =>
  publications.map((one) => `${one.transport} ${portsText(publishedPorts(one))}`).join(", ");

/** Of these the rules by `iptables` have such names. */
const isIptables = ({ family, name, table }: ForeignChain): boolean =>
  family !== nftFamilies.inet && table === "filter" && /^(FORWARD|INPUT)$/.test(name);

const chainWords = (chain: ForeignChain): string =>
  isIptables(chain)
    ? `${chain.name} of ${iptables(chain)}`
    : `the chain ${chain.name} of nft's table ${familyNames.get(chain.family)} ${chain.table}`;

const iptables = ({ family, isLegacy }: ForeignChain): string =>
  `${family === nftFamilies.ip6 ? "ip6tables" : "iptables"}${isLegacy === true ? "-legacy" : ""}`;

/** The command that puts a rule before all others of a chain. */
const inserting = (chain: ForeignChain, ofIptables: string, ofNft: string): string =>
  isIptables(chain)
    ? `${iptables(chain)} -I ${chain.name} ${ofIptables}`
    : `nft insert rule ${familyNames.get(chain.family)} ${chain.table} ${chain.name} ${ofNft}`;

/** A link to a hub. */
type Link = Packet["from"];

const requestOf = (way: Ingress, link: Link, { transport, number }: Publication): Packet => ({
  family: way.family,
  from: way,
  to: link,
  protocol: protocolNumber(transport),
  port: number,
  isReply: false,
  isTranslated: true,
});

/** Replies go to whatever port the client has. */
const replyTo = (request: Packet): Packet => ({
  ...request,
  from: request.to!,
  to: request.from,
  port: null,
  isReply: true,
});

/** What clients that come by a way are kept from, and the rules that allow it. */
const forwardWarning = (
  firewall: HostFirewall,
  way: Ingress,
  link: Link,
  shut: readonly Publication[],
): string => {
  const rules = new Set<string>();
  let by: ForeignChain | null = null;
  for (const publication of shut) {
    const request = requestOf(way, link, publication);
    const there = firewall.dropping("forward", way, request);
    const back = firewall.dropping("forward", way, replyTo(request));
    if (there !== null)
      rules.add(inserting(there, `-o ${link.name} -j ACCEPT`, `oifname "${link.name}" accept`));
    if (back !== null)
      rules.add(inserting(back, `-i ${link.name} -j ACCEPT`, `iifname "${link.name}" accept`));
    by ??= there ?? back;
  }
  return (
    `${chainWords(by!)} drops what other machines send by ${way.name} to published ports (${portWords(shut)}); ` +
    `allow it with: ${[...rules].join(" && ")}`
  );
};

const inputWarning = (
  chain: ForeignChain,
  way: Ingress,
  link: Link,
  open: readonly Publication[],
): string => {
  const meant = open.map((publication) => {
    const { transport } = publication;
    const { number, last } = publishedPorts(publication);
    const to = (sign: string): string => (last === undefined ? `${number}` : `${number}${sign}${last}`);
    return inserting(
      chain,
      `-p ${transport} --dport ${to(":")} -j ACCEPT`,
      `${transport} dport ${to("-")} accept`,
    );
  });
  const shutting = `nft add rule inet filter forward oifname "${link.name}" drop`;
  const shut = isIptables(chain) ? `${iptables(chain)} -I FORWARD -o ${link.name} -j DROP` : shutting;
  return (
    `${chainWords(chain)} does not apply to published ports: ${portWords(open)} can be reached by ${way.name} all the same; ` +
    `keep others out with: ${shut}; or say that it is meant with: ${meant.join(" && ")}`
  );
};

/** What the firewall of the host does with what clients send by a way to published ports. */
export const firewallWarnings = (
  firewall: HostFirewall,
  way: Ingress,
  link: Link,
  publications: readonly Publication[],
): readonly string[] => {
  const reached = publications.filter(({ vip }) => way.family === 6 || vip.v4 !== null);
  const isShut = (publication: Publication): boolean => {
    const request = requestOf(way, link, publication);
    return (
      firewall.dropping("forward", way, request) !== null ||
      firewall.dropping("forward", way, replyTo(request)) !== null
    );
  };
  const shut = reached.filter(isShut);
  const open = new Map<ForeignChain, Publication[]>();
  for (const publication of reached) {
    if (shut.includes(publication)) continue;
    const packet = {
      ...requestOf(way, link, publication),
      to: null,
      port: publication.hostPort,
      isTranslated: false,
    };
    const chain = firewall.dropping("input", way, packet);
    if (chain !== null) open.set(chain, [...(open.get(chain) ?? []), publication]);
  }
  return [
    ...(shut.length === 0 ? [] : [forwardWarning(firewall, way, link, shut)]),
    ...[...open].map(([chain, those]) => inputWarning(chain, way, link, those)),
  ];
};
