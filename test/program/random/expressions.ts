/** How expressions of every kind are written. */
import { functionOf } from "./functions.ts";
import { duration, number, size } from "./numbers.ts";
import type { Writers } from "./place.ts";
import { boolean, list, record, text, texts } from "./values.ts";

export const expressions: Writers = {
  ...{ number, duration, size, text, boolean, list, texts, record },
  function: functionOf,
};
