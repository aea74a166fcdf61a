/** Built-in functions of the order of lists. */
import { compareValues } from "../compare.ts";
import { elements, listOf, toArray } from "../rope.ts";
import { poison, type Value } from "../value.ts";
import { type Builtin, listOfArgument, mismatch } from "./builtin.ts";

const sort: Builtin = {
  parameters: ["list"],
  doc: "a list of numbers or of strings in rising order",
  run: ([arg], context) => {
    const list = listOfArgument(arg!, context);
    if (list === null || !context.machine.charge(list.length * 4)) return poison;
    const values = toArray(list);
    for (const value of values) {
      if (value._tag === "Poison") return poison;
      if (compareValues(values[0]!, value) === null) {
        return mismatch(arg!, "a list of strings, or of numbers of one dimension", context);
      }
    }
    return listOf([...values].sort((a, b) => compareValues(a, b)!));
  },
};

const reverse: Builtin = {
  parameters: ["list"],
  doc: "the elements from last to first",
  run: ([arg], context) => {
    const list = listOfArgument(arg!, context);
    return list === null || !context.machine.charge(list.length)
      ? poison
      : listOf([...toArray(list)].reverse());
  },
};

const zip: Builtin = {
  parameters: ["first", "second"],
  doc: "the list of pairs [a, b] of elements at one place, as long as the shorter list",
  run: ([firstArg, secondArg], context) => {
    const [first, second] = [listOfArgument(firstArg!, context), listOfArgument(secondArg!, context)];
    if (first === null || second === null) return poison;
    const count = Math.min(first.length, second.length);
    if (!context.machine.charge(count)) return poison;
    const others = elements(second);
    const pairs: Value[] = [];
    for (const one of elements(first)) {
      const other = others.next();
      if (other.done === true) break;
      pairs.push(listOf([one, other.value]));
    }
    return listOf(pairs);
  },
};

export const orderBuiltins: Readonly<Record<string, Builtin>> = { reverse, sort, zip };
