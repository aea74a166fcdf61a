/**
 * The words of the control socket: a JSON object a line, both ways. A client sends
 * requests with ids of its own; each is answered once, `events` then also by every
 * event until the connection ends.
 */
import * as t from "io-ts";
import { diagnostic } from "./diagnostic.ts";
import { explained } from "./explanation.ts";
import { planned, stats } from "./plan.ts";
import { status } from "./status.ts";

/** The program to interpret from now on: a file read by the orchestrator, or its text. */
const program = t.readonly(
  t.type({
    /** Absolute. */
    file: t.string,
    /** Null: what the file says when the request arrives. */
    text: t.union([t.string, t.null]),
    inputs: t.readonlyArray(t.readonly(t.type({ name: t.string, text: t.string }))),
  }),
);

const id = { id: t.number };

export const request = t.union([
  t.readonly(t.type({ ...id, request: t.literal("ping") })),
  t.readonly(t.type({ ...id, request: t.literal("status") })),
  t.readonly(
    t.intersection([
      t.type({ ...id, request: t.literal("events") }),
      /** Also what happened from then on, in milliseconds since 1970; it comes before the answer. */
      t.partial({ since: t.number }),
    ]),
  ),
  t.readonly(t.type({ ...id, request: t.literal("set"), name: t.string, text: t.string })),
  t.readonly(
    t.intersection([
      t.type({ ...id, request: t.literal("plan"), program }),
      /** By their names, versions of secrets as if they were in the store. */
      t.partial({ secrets: t.readonly(t.record(t.string, t.string)) }),
    ]),
  ),
  t.readonly(
    t.intersection([
      t.type({ ...id, request: t.literal("apply"), program }),
      /** Answered when all is ready or given up, in milliseconds at most; without it, when all that can be done at once is done. */
      t.partial({ waitMs: t.number, allowUnenforced: t.literal(true) }),
    ]),
  ),
  t.readonly(
    t.intersection([
      /** An automaton by its name. */
      t.type({ ...id, request: t.literal("restart"), name: t.string }),
      /** As with `apply`. */
      t.partial({ waitMs: t.number }),
    ]),
  ),
  t.readonly(t.type({ ...id, request: t.literal("reload") })),
  t.readonly(t.type({ ...id, request: t.literal("explain"), name: t.string })),
  /** Who reads a secret. */
  t.readonly(t.type({ ...id, request: t.literal("readers"), secret: t.string })),
  t.readonly(t.type({ ...id, request: t.literal("down") })),
]);

export type ProgramRequest = t.TypeOf<typeof program>;
export type Request = t.TypeOf<typeof request>;
export type Verb = Request["request"];

const operation = t.readonly(
  t.type({
    op: t.keyof({ create: null, update: null, delete: null }),
    kind: t.string,
    id: t.string,
    automaton: t.union([t.string, t.null]),
  }),
);

const failure = t.readonly(
  t.intersection([
    t.type({ key: t.string, doing: t.string, code: t.string, message: t.string }),
    t.partial({ hint: t.string }),
  ]),
);

/** What was changed, and what the world refused. */
const change = t.readonly(
  t.intersection([
    t.type({
      operations: t.readonlyArray(operation),
      failures: t.readonlyArray(failure),
      milliseconds: t.number,
    }),
    /** What was done, but not as it should be. */
    t.partial({
      warnings: t.readonlyArray(t.string),
      /** So many instances still run what was wanted before: they are replaced as others get ready. */
      remaining: t.number,
    }),
  ]),
);

export type ChangeMessage = t.TypeOf<typeof change>;

/** The same, and how the system stands after that. */
const applied = t.readonly(t.intersection([change, t.type({ status, timedOut: t.boolean })]));
export type OperationMessage = t.TypeOf<typeof operation>;

/** Something that happened, and what it came from, the root cause first. */
export const event = t.readonly(
  t.intersection([
    t.type({
      /** ISO 8601. */
      time: t.string,
      /** `drift`, `exit`, `repaired`, `scaled`, `set`, `applied`, `failed`, … */
      event: t.string,
      automaton: t.union([t.string, t.null]),
      text: t.string,
      causes: t.readonlyArray(t.string),
    }),
    /** Of an `exit`: which instance, and the last lines of its log. */
    t.partial({ index: t.number, log: t.readonlyArray(t.string) }),
  ]),
);

export type LiveEvent = t.TypeOf<typeof event>;

const plan = t.readonly(
  t.intersection([
    t.type({ operations: t.readonlyArray(planned), stats }),
    t.partial({
      unenforceable: t.readonlyArray(t.string),
      unresolved: t.readonlyArray(t.string),
      waiting: t.readonlyArray(t.string),
    }),
  ]),
);

/** What each request is answered with. */
export const results = {
  ping: t.null,
  status,
  events: t.null,
  set: change,
  plan,
  apply: applied,
  restart: applied,
  reload: change,
  explain: explained,
  readers: t.readonly(t.type({ automata: t.readonlyArray(t.string) })),
  down: t.readonly(
    t.intersection([
      t.type({ failures: t.readonlyArray(failure) }),
      /** What people should know of the removal. */
      t.partial({ warnings: t.readonlyArray(t.string) }),
    ]),
  ),
} as const satisfies Record<Verb, t.Mixed>;

export type Result<V extends Verb> = t.TypeOf<(typeof results)[V]>;

/** A request that was not done. Nothing changed. */
export const refusal = t.readonly(
  t.intersection([
    t.type({ message: t.string }),
    t.partial({ hint: t.string, diagnostics: t.readonlyArray(diagnostic) }),
  ]),
);

export type Refusal = t.TypeOf<typeof refusal>;

export const reply = t.union([
  t.readonly(t.type({ id: t.number, event })),
  t.readonly(t.type({ id: t.number, refusal })),
  t.readonly(t.type({ id: t.number, result: t.unknown })),
]);

export type Reply = t.TypeOf<typeof reply>;
