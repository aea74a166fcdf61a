/** Durations as programs write them. */
import { whole } from "../../language/number/rational.ts";
import { showQuantity } from "../../language/number/unit.ts";

/** `500ms`, `30s` */
export const duration = (milliseconds: number): string =>
  showQuantity({ dimension: "duration", ...whole(milliseconds * 1_000_000) });
