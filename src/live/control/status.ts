/** What `status` tells of a system, as it goes over the control socket and to programs. */
import * as t from "io-ts";

const instance = t.readonly(
  t.type({
    index: t.number,
    netns: t.string,
    addresses: t.readonlyArray(t.string),
    /** Null: nothing runs in it, or not now. */
    pid: t.union([t.number, t.null]),
    state: t.keyof({
      starting: null,
      ready: null,
      unhealthy: null,
      draining: null,
      backoff: null,
      stopped: null,
    }),
    restarts: t.number,
  }),
);

const service = t.readonly(
  t.type({
    port: t.string,
    protocol: t.string,
    transport: t.keyof({ tcp: null, udp: null }),
    number: t.number,
    vips: t.readonlyArray(t.string),
  }),
);

const automaton = t.readonly(
  t.type({ name: t.string, instances: t.readonlyArray(instance), services: t.readonlyArray(service) }),
);

const wire = t.readonly(
  t.type({ from: t.string, to: t.string, kind: t.keyof({ request: null, message: null }) }),
);

const publication = t.readonly(
  t.type({ hostPort: t.number, transport: t.keyof({ tcp: null, udp: null }), to: t.string }),
);

export const status = t.readonly(
  t.type({
    system: t.string,
    state: t.keyof({ converged: null, converging: null, degraded: null }),
    /** Why it is degraded; empty otherwise. */
    problems: t.readonlyArray(t.string),
    base: t.keyof({ netns: null, memory: null }),
    /** Absolute, of the program that it is interpreted from; null where nobody supervises. */
    file: t.union([t.string, t.null]),
    /** Pid of the orchestrator; null where nobody supervises. */
    orchestrator: t.union([t.number, t.null]),
    automata: t.readonlyArray(automaton),
    wires: t.readonlyArray(wire),
    publications: t.readonlyArray(publication),
  }),
);

export type Status = t.TypeOf<typeof status>;
export type AutomatonStatus = t.TypeOf<typeof automaton>;
export type InstanceStatus = t.TypeOf<typeof instance>;
export type InstanceState = InstanceStatus["state"];
