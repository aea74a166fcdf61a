/**
 * Who reaches what: each wired requirement with its service, and the services that an
 * automaton or a union offers. That the protocols fit has been checked where the wire
 * was written.
 */

import { sameJson } from "../src/core/json.ts";
import type { Pass } from "../src/core/pass.ts";
import type { Transport } from "../src/core/resource.ts";
import { hostName } from "../src/language/host-name.ts";
import { type Member, numberOf, ownerOf, serviceId, transportOf } from "../src/language/member.ts";
import { sum } from "./summary.ts";

export interface Requirement {
  readonly requirement: string;
  readonly host: string;
  readonly oneWay: boolean;
  readonly service: string;
  /** The member that holds the service. */
  readonly owner: string;
  readonly transport: Transport;
  readonly number: number;
}

export interface Offer {
  readonly service: string;
  readonly transport: Transport;
  readonly number: number;
  /** Who answers, and at which port. */
  readonly providers: readonly { readonly automaton: string; readonly number: number }[];
}

export interface Wiring {
  readonly requirements: readonly Requirement[];
  readonly offers: readonly Offer[];
}

const offersOf = (member: Member): readonly Offer[] => {
  if (member._tag === "Union") {
    const { targets } = member;
    const providers = targets.map(({ automaton, number }) => ({ automaton, number }));
    return [{ service: member.key, transport: transportOf(targets), number: numberOf(targets), providers }];
  }
  return member.automaton.provides.map(({ name, transport, number }) => ({
    service: `${member.key}.${name}`,
    transport,
    number,
    providers: [{ automaton: member.key, number }],
  }));
};

export const wiring: Pass<"wiring", Member, object, Wiring, number> = {
  name: "wiring",
  reads: [],
  algebra: (member) => ({
    requirements:
      member._tag === "Union"
        ? []
        : member.wires.map(({ requirement, kind, to }) => ({
            requirement,
            host: hostName(requirement),
            oneWay: kind === "message",
            service: serviceId(to),
            owner: ownerOf(to),
            transport: transportOf(to),
            number: numberOf(to),
          })),
    offers: offersOf(member),
  }),
  equal: sameJson,
  summary: { ...sum, of: (wiring) => wiring.requirements.length },
};
