/** What is wrong with a program, as it comes over the control socket: as in `check --json`. */
import * as t from "io-ts";
import { type Code, codes, type Diagnostic } from "../../core/diagnostic.ts";
import { record } from "./codec.ts";
import { place, range } from "./plan.ts";

const code = t.keyof(Object.fromEntries(codes.map((one) => [one, null])) as Record<Code, null>);

const fix = t.readonly(t.type({ file: t.string, range, text: t.string }));

export const diagnostic: t.Type<Diagnostic, unknown, unknown> = t.readonly(
  t.type({
    code,
    severity: t.keyof({ error: null, warning: null }),
    message: t.string,
    file: t.string,
    range,
    hints: t.readonlyArray(record({ message: t.string }, { place, fix })),
  }),
);
