/** What `status` tells of a system, as it goes over the control socket and to programs. */
import * as t from "io-ts";

export const limits = t.readonly(
  t.partial({
    memory: t.number,
    cpu: t.number,
    processes: t.number,
    files: t.number,
    /** Bytes of the directories that it keeps and that have a size, by their names. */
    state: t.readonly(t.record(t.string, t.number)),
  }),
);

const lastRun = t.readonly(
  t.type({
    /** As ISO 8601 writes it. */
    began: t.string,
    /** Null: nobody saw when. */
    ended: t.union([t.string, t.null]),
    /** Null for a signal; where `signal` is null too, nobody saw how it ended. */
    code: t.union([t.number, t.null]),
    signal: t.union([t.string, t.null]),
  }),
);

const known = t.type({
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
    running: null,
    done: null,
    failed: null,
    scheduled: null,
  }),
  restarts: t.number,
  /** Why it is not ready, in one sentence; null where all is well. */
  reason: t.union([t.string, t.null]),
});

export const instance = t.readonly(
  t.intersection([
    known,
    t.partial({
      /** What it may use at the most: bytes, cores, and numbers. */
      limits,
      /** Of what runs by the clock: its times, as cron writes them, and the time zone in which they are meant. */
      schedule: t.readonly(t.type({ cron: t.string, zone: t.string })),
      /** When it runs next, as ISO 8601 writes it; null: nobody runs it. */
      next: t.union([t.string, t.null]),
      /** Its last run that has ended; null: there is none. */
      last: t.union([lastRun, t.null]),
    }),
  ]),
);

const service = t.readonly(
  t.intersection([
    t.type({
      port: t.string,
      protocol: t.string,
      transport: t.keyof({ tcp: null, udp: null }),
      number: t.number,
      vips: t.readonlyArray(t.string),
    }),
    t.partial({
      /** The last of a range of ports. */
      last: t.number,
      /** Of a port elsewhere: the name or the address of its host; `host`: this machine. */
      at: t.string,
      /** Where that is now. */
      addresses: t.readonlyArray(t.string),
      /** Why it cannot be reached, or may be elsewhere by now; null where all is well. */
      reason: t.union([t.string, t.null]),
    }),
  ]),
);

const automaton = t.readonly(
  t.intersection([
    t.type({ name: t.string, instances: t.readonlyArray(instance), services: t.readonlyArray(service) }),
    /** What is measured of it, since something in the program asks for it: `connections`, `cpu`, … */
    t.partial({
      observed: t.readonly(t.record(t.string, t.number)),
      /** It runs elsewhere, and has no instances here. */
      external: t.literal(true),
    }),
  ]),
);

const wire = t.readonly(
  t.type({ from: t.string, to: t.string, kind: t.keyof({ request: null, message: null }) }),
);

const publication = t.readonly(
  t.intersection([
    t.type({ hostPort: t.number, transport: t.keyof({ tcp: null, udp: null }), to: t.string }),
    /** Of a range of ports the last. */
    t.partial({ last: t.number }),
  ]),
);

/** A text that was saved and has errors: the one before it goes on being what is run. */
const rejected = t.readonly(
  t.type({
    /** Where its first error is; 1-based. */
    file: t.string,
    line: t.number,
    column: t.number,
    message: t.string,
    errors: t.number,
  }),
);

export const status = t.readonly(
  t.type({
    system: t.string,
    state: t.keyof({ converged: null, converging: null, degraded: null }),
    /** Why it is degraded; empty otherwise. */
    problems: t.readonlyArray(t.string),
    /** What is not the system's own and keeps what is published from working as one would believe. */
    warnings: t.readonlyArray(t.string),
    /** The name of its base case. */
    base: t.string,
    /** Absolute, of the program that it is interpreted from; null where nobody supervises. */
    file: t.union([t.string, t.null]),
    /** Null: what was saved last is what is run. */
    rejected: t.union([rejected, t.null]),
    /** Pid of the orchestrator; null where nobody supervises. */
    orchestrator: t.union([t.number, t.null]),
    automata: t.readonlyArray(automaton),
    wires: t.readonlyArray(wire),
    publications: t.readonlyArray(publication),
  }),
);

export type Rejected = t.TypeOf<typeof rejected>;
export type Status = t.TypeOf<typeof status>;
export type AutomatonStatus = t.TypeOf<typeof automaton>;
export type InstanceStatus = t.TypeOf<typeof instance>;
export type InstanceState = InstanceStatus["state"];
