/**
 * The words of the control socket: a JSON object a line, both ways. A client sends
 * requests with ids of its own; each is answered once, `events` then also by every
 * event until the connection ends.
 */
import * as t from "io-ts";
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
  t.readonly(t.type({ ...id, request: t.literal("status") })),
  t.readonly(t.type({ ...id, request: t.literal("events") })),
  t.readonly(t.type({ ...id, request: t.literal("set"), name: t.string, text: t.string })),
  t.readonly(t.type({ ...id, request: t.literal("plan"), program })),
  t.readonly(t.type({ ...id, request: t.literal("apply"), program })),
  t.readonly(t.type({ ...id, request: t.literal("reload") })),
  t.readonly(t.type({ ...id, request: t.literal("explain"), name: t.string })),
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
  t.type({
    operations: t.readonlyArray(operation),
    failures: t.readonlyArray(failure),
    milliseconds: t.number,
  }),
);

export type Change = t.TypeOf<typeof change>;
export type OperationMessage = t.TypeOf<typeof operation>;

/** Something that happened, and what it came from, the root cause first. */
export const event = t.readonly(
  t.type({
    /** ISO 8601. */
    time: t.string,
    /** `drift`, `exit`, `repaired`, `scaled`, `set`, `applied`, `failed`, … */
    event: t.string,
    automaton: t.union([t.string, t.null]),
    text: t.string,
    causes: t.readonlyArray(t.string),
  }),
);

export type LiveEvent = t.TypeOf<typeof event>;

/** Full operations, as `plan` shows them. They are the core's own JSON, made by a peer of this very version. */
const plan = t.readonly(t.type({ operations: t.readonlyArray(t.UnknownRecord), stats: t.UnknownRecord }));

/** What each request is answered with. */
export const results = {
  status,
  events: t.null,
  set: change,
  plan,
  apply: change,
  reload: change,
  explain: t.UnknownRecord,
  down: t.readonly(t.type({ failures: t.readonlyArray(failure) })),
} as const satisfies Record<Verb, t.Mixed>;

export type Result<V extends Verb> = t.TypeOf<(typeof results)[V]>;

/** A request that was not done. Nothing changed. */
export const refusal = t.readonly(
  t.intersection([
    t.type({ message: t.string }),
    t.partial({ hint: t.string, diagnostics: t.readonlyArray(t.UnknownRecord) }),
  ]),
);

export type Refusal = t.TypeOf<typeof refusal>;

export const reply = t.union([
  t.readonly(t.type({ id: t.number, event })),
  t.readonly(t.type({ id: t.number, refusal })),
  t.readonly(t.type({ id: t.number, result: t.unknown })),
]);

export type Reply = t.TypeOf<typeof reply>;
