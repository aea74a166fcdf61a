/** What passes say of an automaton, in words. */

import type { Addresses } from "../../../passes/addresses.ts";
import type { Instances } from "../../../passes/instances.ts";
import type { Names } from "../../../passes/names.ts";
import type { Policy } from "../../../passes/policy.ts";
import type { Wiring } from "../../../passes/wiring.ts";
import { called } from "../../core/called.ts";
import { jsonText } from "../../core/json-text.ts";
import { portsText } from "../../core/port-range.ts";
import {
  type Endpoint,
  type EndpointAddress,
  hostPlace,
  instanceKey,
  isOutside,
  type Resource,
} from "../../core/resource.ts";
import type { Part } from "../../program/explain.ts";
import { duration } from "./duration.ts";
import { addresses as both, joined, lineOf } from "./operation.ts";

/** A line: what something is called, and what there is to say of it. */
export type Row = readonly [name: string, detail: string];

/** An instance by its name; outside of the system a machine by its address. */
const whoAnswers = (endpoint: Endpoint): string => {
  const { instance, address } = endpoint;
  if (!isOutside(endpoint)) return called(instance);
  return address.v6 === hostPlace.v6 ? "this machine" : (address.v4 ?? address.v6 ?? "nobody");
};

/** Where a port elsewhere is: `mx.example.com, which is 192.0.2.7` */
const whereText = (host: string | null, places: readonly EndpointAddress[]): string => {
  const all = places.flatMap(({ v4, v6 }) =>
    v6 === hostPlace.v6 ? ["this machine"] : [v4, v6].filter((one) => one !== null),
  );
  if (host === null) return all.length === 0 ? "anywhere outside" : all.join(", ");
  return `${host}, which is ${all.length === 0 ? "not resolved" : all.join(", ")}`;
};

interface Attributes {
  readonly names: Names;
  readonly wiring: Wiring;
  readonly instances: Instances;
  readonly addresses: Addresses;
  readonly policy: Policy;
  readonly resources: readonly Resource[];
}

/** What of it is asked for; null: all. */
interface Focus {
  readonly automaton: string;
  readonly part: Part | null;
}

type Tellers = { readonly [Pass in keyof Attributes]: (of: Attributes, focus: Focus) => readonly Row[] };

const isIndex = ({ part }: Focus, index: number): boolean =>
  part === null || (part.kind === "instance" && part.index === index);

const isRequirement = ({ part }: Focus, requirement: string): boolean =>
  part === null || (part.kind === "port" && part.name === requirement);

const isService = ({ automaton, part }: Focus, service: string): boolean =>
  part === null || (part.kind === "port" && service.split("|").includes(`${automaton}.${part.name}`));

const isResource = (focus: Focus, resource: Resource): boolean => {
  switch (resource.kind) {
    case "instance":
    case "process":
    case "limits":
    case "files":
      return isIndex(focus, resource.index);
    case "hosts":
      return focus.part?.kind !== "port";
    case "service":
      return isService(focus, resource.id);
    case "publication":
    case "egress":
      return isService(focus, resource.service);
    case "wire":
      return isRequirement(focus, resource.requirement);
    case "hub":
      return focus.part === null;
  }
};

const arrow = ({ oneWay }: { readonly oneWay: boolean }): string => (oneWay ? "->" : "=>");

const tellers: Tellers = {
  names: ({ names: { system, host, origin } }, { part }) =>
    part !== null
      ? []
      : [
          ["system", system],
          ["host", host],
          ...(origin === null ? [] : [["origin", String(origin)] as const]),
        ],
  wiring: ({ wiring: { requirements, offers } }, focus) => [
    ...requirements
      .filter(({ requirement }) => isRequirement(focus, requirement))
      .map(
        (one): Row => [
          `wire ${one.requirement}`,
          `${arrow(one)} ${one.service}, ${one.transport} ${portsText(one)}`,
        ],
      ),
    ...offers
      .filter(({ service }) => isService(focus, service))
      .map(({ service, transport, providers, ...ports }): Row => {
        const of = providers.map(({ automaton }) => automaton).join(" | ");
        return [`service ${service}`, `${transport} ${portsText(ports)} of ${of}`];
      }),
  ],
  instances: ({ instances: { count, asked, settle } }, { part }) =>
    part?.kind === "port"
      ? []
      : [
          ["count", asked === count ? String(count) : `${count}, ${asked} asked for`],
          ["settle", duration(settle)],
        ],
  addresses: ({ addresses: { instances, services, outside } }, focus) => [
    ...instances
      .map((address, index): Row => [`instance ${index}`, both(address)])
      .filter((_, index) => isIndex(focus, index)),
    ...services
      .filter(({ service }) => isService(focus, service))
      .map(({ service, address }): Row => [`service ${service}`, both(address)]),
    ...(outside ?? [])
      .filter(({ port }) => isService(focus, `${focus.automaton}.${port}`))
      .map(({ port, host, places }): Row => [`${focus.automaton}.${port} is at`, whereText(host, places)]),
  ],
  policy: ({ policy: { reach, each, endpoints }, wiring: { requirements, offers } }, focus) => [
    ...requirements.flatMap(({ requirement, host }, at): Row[] =>
      isRequirement(focus, requirement)
        ? [
            [`${requirement} reaches`, both(reach[at]!)],
            ...(each[at] ?? []).map(
              ({ address, number }, index): Row => [`${host}-${index}`, `${both(address)} at ${number}`],
            ),
          ]
        : [],
    ),
    ...endpoints.flatMap((of, at): Row[] => {
      const { automaton, part } = focus;
      const own = part?.kind === "instance" ? instanceKey(automaton, part.index) : null;
      const meant = own === null ? of : of.filter(({ instance }) => instance === own);
      const { service, number } = offers[at]!;
      // Nobody asks for the internet itself.
      if (number === 0) return [];
      if (own === null && !isService(focus, service)) return [];
      const answering = meant.map((endpoint) => `${whoAnswers(endpoint)} at ${endpoint.number}`);
      const nobody = own === null ? "nobody who is ready" : "others, for it is not ready";
      return [[`${service} asks`, answering.length === 0 ? nobody : answering.join(", ")]];
    }),
  ],
  resources: ({ resources }, focus) =>
    joined(
      resources
        .filter((resource) => isResource(focus, resource))
        .map((after) => lineOf({ op: "create", key: after.key, before: null, after })),
    ).map(({ name, detail, more }): Row => [name, [detail, ...more].join("; ")]),
};

/** The attribute that a pass adds to those of the passes before it; of one that has no words here, as JSON. */
export const rowsOf = (
  pass: string,
  attributes: Readonly<Record<string, unknown>>,
  focus: Focus,
): readonly Row[] => {
  if (pass in tellers) return tellers[pass as keyof Attributes](attributes as unknown as Attributes, focus);
  if (focus.part !== null) return [];
  return Object.entries(attributes[pass] ?? {}).map(([name, value]): Row => [name, jsonText(value)]);
};
