/** Resources, and operations on them, as they come over the control socket. */
import * as t from "io-ts";
import { type CapabilityName, capabilityNames } from "../../core/capabilities.ts";
import type { Resource } from "../../core/resource.ts";
import { nullable, resourceKey } from "./codec.ts";

const transport = t.keyof({ tcp: null, udp: null });
const address = t.readonly(t.type({ v4: nullable(t.string), v6: t.string }));
const base = { key: resourceKey, automaton: t.string };

const hub = t.readonly(
  t.type({ kind: t.literal("hub"), key: resourceKey, automaton: t.null, system: t.string, netns: t.string }),
);

const instance = t.readonly(
  t.type({
    kind: t.literal("instance"),
    ...base,
    index: t.number,
    netns: t.string,
    link: t.string,
    address,
    origin: t.number,
  }),
);

const hosts = t.readonly(
  t.intersection([
    t.type({
      kind: t.literal("hosts"),
      ...base,
      entries: t.readonlyArray(t.readonly(t.type({ name: t.string, addresses: t.readonlyArray(t.string) }))),
    }),
    t.partial({
      lists: t.readonlyArray(t.readonly(t.type({ name: t.string, addrs: t.readonlyArray(t.string) }))),
      internet: t.literal(true),
    }),
  ]),
);

const place = t.readonly(t.type({ v4: nullable(t.string), v6: nullable(t.string) }));
const endpoint = t.readonly(
  t.intersection([
    t.type({ instance: resourceKey, address: place, number: t.number }),
    t.partial({ host: t.string }),
  ]),
);

const service = t.readonly(
  t.intersection([
    t.type({
      kind: t.literal("service"),
      ...base,
      id: t.string,
      transport,
      number: t.number,
      vip: address,
      endpoints: t.readonlyArray(endpoint),
    }),
    t.partial({ last: t.number }),
  ]),
);

const wire = t.readonly(
  t.intersection([
    t.type({
      kind: t.literal("wire"),
      ...base,
      requirement: t.string,
      origin: t.number,
      service: t.string,
      vip: address,
      transport,
      number: t.number,
      oneWay: t.boolean,
    }),
    t.partial({
      each: t.readonlyArray(
        t.readonly(t.intersection([t.type({ address, number: t.number }), t.partial({ last: t.number })])),
      ),
      last: t.number,
      anywhere: t.literal(true),
    }),
  ]),
);

const publication = t.readonly(
  t.intersection([
    t.type({
      kind: t.literal("publication"),
      ...base,
      hostPort: t.number,
      transport,
      service: t.string,
      vip: address,
      number: t.number,
    }),
    t.partial({ last: t.number }),
  ]),
);

const egress = t.readonly(
  t.intersection([
    t.type({
      kind: t.literal("egress"),
      ...base,
      service: t.string,
      vip: address,
      transport,
      to: t.readonlyArray(endpoint),
    }),
    t.partial({ anywhere: t.literal(true) }),
  ]),
);

const limits = t.readonly(
  t.intersection([
    t.type({ kind: t.literal("limits"), ...base, index: t.number }),
    t.partial({
      memory: t.number,
      cpu: t.number,
      processes: t.number,
      files: t.number,
      state: t.readonly(t.record(t.string, t.number)),
    }),
  ]),
);

const capability = t.keyof(
  Object.fromEntries(capabilityNames.map((name) => [name, null])) as Record<CapabilityName, null>,
);

const limited = t.keyof({ memory: null, cpu: null, processes: null, files: null });

const probe = t.readonly(
  t.intersection([
    t.type({
      how: t.union([
        t.readonly(t.type({ _tag: t.literal("tcp") })),
        t.readonly(t.type({ _tag: t.literal("http"), path: t.string })),
        t.readonly(t.type({ _tag: t.literal("grpc"), service: t.string })),
        t.readonly(t.type({ _tag: t.literal("exec"), argv: t.readonlyArray(t.string) })),
      ]),
      number: nullable(t.number),
      everyMs: t.number,
      timeoutMs: t.number,
    }),
    t.partial({ failures: t.number, successes: t.number }),
  ]),
);

const restart = t.keyof({ always: null, "on-failure": null, never: null });

const care = t.readonly(
  t.intersection([
    t.type({ restart, probe: nullable(probe) }),
    t.partial({
      stop: t.readonly(t.type({ signal: t.string, graceMs: nullable(t.number) })),
      startMs: t.number,
      after: t.readonlyArray(t.string),
      once: t.literal(true),
    }),
  ]),
);

const secretTexts = t.readonly(
  t.record(
    t.string,
    t.readonlyArray(
      t.union([t.string, t.readonly(t.type({ secret: t.string, version: nullable(t.string) }))]),
    ),
  ),
);

const ownFiles = t.readonlyArray(
  t.readonly(
    t.intersection([
      t.type({ path: t.string, text: t.string, mode: t.string }),
      t.partial({ owner: t.string }),
    ]),
  ),
);

const files = t.readonly(
  t.intersection([
    t.type({
      kind: t.literal("files"),
      ...base,
      index: t.number,
      signal: t.string,
      spec: t.string,
      content: t.string,
      files: ownFiles,
    }),
    t.partial({ user: t.string, secrets: secretTexts }),
  ]),
);

const process = t.readonly(
  t.intersection([
    t.type({
      kind: t.literal("process"),
      ...base,
      index: t.number,
      netns: t.string,
      argv: t.readonlyArray(t.string),
      env: t.readonly(t.record(t.string, t.string)),
      cwd: t.string,
      spec: t.string,
      care,
    }),
    t.partial({
      user: t.string,
      hostname: t.string,
      secrets: t.readonly(
        t.intersection([t.type({ env: secretTexts, files: secretTexts }), t.partial({ own: secretTexts })]),
      ),
      files: ownFiles,
      content: t.string,
      scratch: t.readonlyArray(
        t.readonly(t.intersection([t.type({ path: t.string }), t.partial({ size: t.number })])),
      ),
      limits: t.readonlyArray(limited),
      grants: t.readonlyArray(capability),
      readOnly: t.literal(true),
      shares: t.readonlyArray(t.readonly(t.type({ source: t.string, path: t.string }))),
      state: t.readonlyArray(
        t.readonly(
          t.intersection([
            t.type({ name: t.string, path: t.string }),
            t.partial({ sized: t.literal(true), formerly: t.string }),
          ]),
        ),
      ),
    }),
  ]),
);

/** A kind or a field of the core's that is missing here does not compile. */
export const resource: t.Type<Resource, unknown, unknown> = t.union([
  hub,
  instance,
  hosts,
  service,
  wire,
  publication,
  egress,
  limits,
  files,
  process,
]);
