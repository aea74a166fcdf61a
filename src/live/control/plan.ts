/** What a plan consists of, as it comes over the control socket. */
import * as t from "io-ts";
import type { Operation } from "../../core/operation.ts";
import type { Reason } from "../../program/reasons.ts";
import type { Stats } from "../../program/update.ts";
import { anyValue, record, resourceKey } from "./codec.ts";
import { resource } from "./resource.ts";

const position = t.readonly(t.type({ line: t.number, column: t.number }));
export const range = t.readonly(t.type({ start: position, end: position }));
export const place = t.readonly(t.type({ file: t.string, range }));

export const reason: t.Type<Reason, unknown, unknown> = record(
  { what: t.string },
  {
    change: t.keyof({ set: null, new: null, edited: null, gone: null }),
    before: anyValue,
    after: anyValue,
    place,
  },
);

/** An operation, and what it comes from, what happened first first. */
export type Planned = Operation & { readonly because: readonly Reason[] };

const own = { key: resourceKey, because: t.readonlyArray(reason) };

export const planned: t.Type<Planned, unknown, unknown> = t.union([
  t.readonly(t.type({ op: t.literal("create"), ...own, before: t.null, after: resource })),
  t.readonly(t.type({ op: t.literal("update"), ...own, before: resource, after: resource })),
  t.readonly(t.type({ op: t.literal("delete"), ...own, before: resource, after: t.null })),
]);

export const stats: t.Type<Stats, unknown, unknown> = t.readonly(
  t.type({
    evaluated: t.number,
    evaluationCutOff: t.number,
    parsed: t.number,
    passes: t.readonly(
      t.record(t.string, t.readonly(t.type({ folded: t.number, reused: t.number, cutOff: t.number }))),
    ),
  }),
);
