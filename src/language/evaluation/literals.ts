/** Numbers, strings and truth values. */
import type { Num, Str } from "../../core/syntax/expressions.ts";
import type { Term } from "../../core/term.ts";
import { asText } from "../builtins/texts.ts";
import { describe } from "../describe.ts";
import { parseQuantity, unitNames } from "../number/unit.ts";
import { siteAt } from "../site.ts";
import { number, poison, text, type Value } from "../value.ts";
import { type Ask, ask, type Machine, type Rule } from "./machine.ts";

export const evaluateNumber = (node: Num<Term>, { at, scope }: Ask, machine: Machine): Value => {
  const site = siteAt(scope.origin, at);
  const { digits } = machine.world.limits;
  if (node.digits.length > digits) {
    return machine.report(
      "limit-exceeded",
      `a number has at most ${digits.toLocaleString("en")} digits`,
      site,
    );
  }
  const quantity = parseQuantity(node.digits, node.unit);
  if (quantity !== null) return number(quantity);
  const message = `\`${node.unit}\` is no unit; the units are ${unitNames.join(", ")}`;
  return machine.report("type-mismatch", message, site);
};

export const evaluateString = (node: Str<Term>, asked: Ask, machine: Machine): Value | Rule => {
  const [content] = node.pieces;
  if (node.kids.length > 0) return putTogether(node, asked, machine);
  return machine.charge(content!.length >>> 6) ? text(content!) : poison;
};

function* putTogether(node: Str<Term>, { at, scope }: Ask, machine: Machine): Rule {
  const written: string[] = [node.pieces[0]!];
  const { size } = machine.world.limits;
  let length = node.pieces[0]!.length;
  let whole = true;
  let kidAt = at + 1;
  for (let i = 0; i < node.kids.length; i++) {
    const kid = node.kids[i]!;
    const value = yield ask(kid, kidAt, scope);
    const content = asText(value);
    if (content === null) {
      whole = false;
      if (value._tag !== "Poison") {
        const hints = value._tag === "List" ? [{ message: 'write `join(", ", list)` for its elements' }] : [];
        const message = `a string holds strings, numbers and truth values, not ${describe(value)}`;
        machine.report("type-mismatch", message, siteAt(scope.origin, kidAt), hints);
      }
    } else {
      written.push(content, node.pieces[i + 1]!);
      length += content.length + node.pieces[i + 1]!.length;
      if (length > size) {
        const message = `this string has more than ${size.toLocaleString("en")} characters`;
        return machine.report("limit-exceeded", message, siteAt(scope.origin, at));
      }
    }
    kidAt += kid.size;
  }
  return whole && machine.charge(length >>> 6) ? text(written.join("")) : poison;
}
