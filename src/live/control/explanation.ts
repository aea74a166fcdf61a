/** Why an automaton is as it is, as it comes over the control socket. */
import * as t from "io-ts";
import type { Explanation } from "../../program/explain.ts";
import { anyValue, nullable, record } from "./codec.ts";
import { place, reason } from "./plan.ts";
import { type InstanceStatus, instance } from "./status.ts";

const source = record({ what: t.string }, { place, value: anyValue });

const pass = t.readonly(
  t.type({
    pass: t.string,
    attribute: t.unknown,
    from: t.readonlyArray(source),
    cause: t.string,
    because: t.readonlyArray(reason),
  }),
);

const step = record({ kind: t.string, what: t.string, place }, { value: anyValue });

const provenance = t.readonly(t.type({ of: t.string, steps: t.readonlyArray(step) }));

const part = t.union([
  t.readonly(t.type({ kind: t.literal("instance"), index: t.number })),
  t.readonly(t.type({ kind: t.literal("port"), name: t.string })),
]);

/** An explanation, and how the instances that it is about stand now; none of a port. */
export interface Explained extends Explanation {
  readonly instances: readonly InstanceStatus[];
}

export const explained: t.Type<Explained, unknown, unknown> = t.readonly(
  t.type({
    automaton: t.string,
    part: nullable(part),
    written: t.readonlyArray(source),
    provenances: t.readonlyArray(provenance),
    passes: t.readonlyArray(pass),
    instances: t.readonlyArray(instance),
  }),
);
