/** What passes say of an automaton, in words. */
import type { Addresses } from "../../../passes/addresses.ts";
import type { Instances } from "../../../passes/instances.ts";
import type { Names } from "../../../passes/names.ts";
import type { Policy } from "../../../passes/policy.ts";
import type { Wiring } from "../../../passes/wiring.ts";
import { called } from "../../core/called.ts";
import type { Resource } from "../../core/resource.ts";
import { whole } from "../../language/number/rational.ts";
import { showQuantity } from "../../language/number/unit.ts";
import { addresses as both, joined, lineOf } from "./operation.ts";

/** A line: what something is called, and what there is to say of it. */
export type Row = readonly [name: string, detail: string];

interface Attributes {
  readonly names: Names;
  readonly wiring: Wiring;
  readonly instances: Instances;
  readonly addresses: Addresses;
  readonly policy: Policy;
  readonly resources: readonly Resource[];
}

type Tellers = { readonly [Pass in keyof Attributes]: (of: Attributes) => readonly Row[] };

const milliseconds = (count: number): string =>
  showQuantity({ dimension: "duration", ...whole(count * 1_000_000) });

const arrow = ({ oneWay }: { readonly oneWay: boolean }): string => (oneWay ? "->" : "=>");

const tellers: Tellers = {
  names: ({ names: { system, host, origin } }) => [
    ["system", system],
    ["host", host],
    ...(origin === null ? [] : [["origin", String(origin)] as const]),
  ],
  wiring: ({ wiring: { requirements, offers } }) => [
    ...requirements.map(
      (one): Row => [
        `wire ${one.requirement}`,
        `${arrow(one)} ${one.service}, ${one.transport} ${one.number}`,
      ],
    ),
    ...offers.map(({ service, transport, number, providers }): Row => {
      const of = providers.map(({ automaton }) => automaton).join(" | ");
      return [`service ${service}`, `${transport} ${number} of ${of}`];
    }),
  ],
  instances: ({ instances: { count, asked, settle } }) => [
    ["count", asked === count ? String(count) : `${count}, ${asked} asked for`],
    ["settle", milliseconds(settle)],
  ],
  addresses: ({ addresses: { instances, services } }) => [
    ...instances.map((address, index): Row => [`instance ${index}`, both(address)]),
    ...services.map(({ service, address }): Row => [`service ${service}`, both(address)]),
  ],
  policy: ({ policy: { reach, endpoints }, wiring: { requirements, offers } }) => [
    ...reach.map((address, at): Row => [`${requirements[at]!.requirement} reaches`, both(address)]),
    ...endpoints.map((of, at): Row => {
      const answering = of.map(({ instance, number }) => `${called(instance)} at ${number}`);
      return [
        `${offers[at]!.service} asks`,
        answering.length === 0 ? "nobody who is ready" : answering.join(", "),
      ];
    }),
  ],
  resources: ({ resources }) =>
    joined(resources.map((after) => lineOf({ op: "create", key: after.key, before: null, after }))).map(
      ({ name, detail }): Row => [name, detail],
    ),
};

/** The attribute that a pass adds to those of the passes before it; of one that has no words here, as JSON. */
export const rowsOf = (pass: string, attributes: Readonly<Record<string, unknown>>): readonly Row[] => {
  if (pass in tellers) return tellers[pass as keyof Attributes](attributes as unknown as Attributes);
  return Object.entries(attributes[pass] ?? {}).map(([name, value]): Row => [name, JSON.stringify(value)]);
};
