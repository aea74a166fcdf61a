/** What an expression is to come to: as a value, and as it would be written. */
import { showQuantity } from "../language/number/unit.ts";
import { plain, type Quantity } from "../language/quantity.ts";
import { quote } from "../language/quote.ts";
import type { Value } from "../language/value.ts";
import { literalValue } from "../program/literal.ts";

/** A value with its text. */
export interface Wanted {
  readonly text: string;
  /** Null where it takes names to know it. */
  readonly value: Value | null;
}

/** What is wanted by an expression. */
export const wantedText = (text: string): Wanted => ({ text, value: literalValue(text) });

/** A whole number. */
export const wantedCount = (count: number): Wanted => ({
  text: String(count),
  value: { _tag: "Quantity", quantity: plain(count) },
});

/** A number; null where it cannot be written. */
export const wantedQuantity = (quantity: Quantity): Wanted | null => {
  const text = showQuantity(quantity);
  return literalValue(text)?._tag === "Quantity" ? { text, value: { _tag: "Quantity", quantity } } : null;
};

/** A string. */
export const wantedString = (text: string): Wanted => ({
  text: quote(text),
  value: { _tag: "String", text },
});

/** A plain value as it would be written; null of what cannot be. */
export const written = (value: Value): string | null => {
  switch (value._tag) {
    case "Quantity":
      return wantedQuantity(value.quantity)?.text ?? null;
    case "String":
      return quote(value.text);
    case "Bool":
      return String(value.value);
    default:
      return null;
  }
};
