/** What the codecs of the control socket have in common. */
import * as t from "io-ts";
import { exactNumberOf } from "../../core/json-text.ts";
import type { ResourceKey } from "../../core/resource.ts";

/** Fields that may be left out. JSON has no undefined: what is there has a value. */
export const optional = <Props extends t.Props>(
  props: Props,
): t.Type<{ readonly [Name in keyof Props]?: t.TypeOf<Props[Name]> }> =>
  t.partial(props) as unknown as t.Type<{ readonly [Name in keyof Props]?: t.TypeOf<Props[Name]> }>;

/** An object with these fields, and maybe those. */
export const record = <Required extends t.Props, Optional extends t.Props>(
  required: Required,
  more: Optional,
) => t.readonly(t.intersection([t.type(required), optional(more)]));

export const nullable = <A>(codec: t.Type<A>) => t.union([codec, t.null]);

export const resourceKey = new t.Type<ResourceKey, string, unknown>(
  "ResourceKey",
  (input): input is ResourceKey => typeof input === "string",
  (input, context) =>
    typeof input === "string" ? t.success(input as ResourceKey) : t.failure(input, context),
  t.identity,
);

/** Anything, of which a number keeps the digits that no double has. */
export const anyValue = new t.Type<unknown>(
  "any value",
  (_): _ is unknown => true,
  (input) => t.success(exactNumberOf(input) ?? input),
  t.identity,
);
