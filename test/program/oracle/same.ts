/** Whether two values are alike to the last detail, although no object of the one is one of the other. */
import type { Term } from "../../../src/core/term.ts";
import { type AutomatonValue, automatonFields } from "../../../src/language/value.ts";

type Fields = Readonly<Record<string, unknown>>;

const isTerm = (value: object): value is Term => "node" in value && "hash" in value && "size" in value;

const fieldsOf = (value: Fields): readonly string[] =>
  value._tag === "Automaton" && "provides" in value ? automatonFields : Object.keys(value);

/** Of sessions and payloads the key says all. An ordinal among namesakes tells of the past. */
const partsOf = (value: object, key: string): unknown => {
  const part = (value as Fields)[key];
  return key === "declaration" ? (part as string).replace(/#\d+$/, "") : part;
};

interface Pair {
  readonly left: unknown;
  readonly right: unknown;
  readonly path: string;
}

/**
 * Where two values differ; null where nowhere. They are plain data, maps in any order,
 * but for automata of the left one, which `plain` makes so. `seen`: what was found to be
 * alike is not looked at again.
 */
export const differing = (
  a: unknown,
  b: unknown,
  plain: (automaton: AutomatonValue) => AutomatonValue,
  seen: WeakMap<object, object>,
): string | null => {
  const stack: Pair[] = [{ left: a, right: b, path: "" }];
  const push = (left: unknown, right: unknown, path: string): void => {
    if (!Object.is(left, right)) stack.push({ left, right, path });
  };
  for (let pair = stack.pop(); pair !== undefined; pair = stack.pop()) {
    const { left, right, path } = pair;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return path;
    if (seen.get(left) === right) continue;
    seen.set(left, right);
    if (isTerm(left) && isTerm(right)) {
      if (left.hash !== right.hash || left.size !== right.size) return path;
      push(left.node, right.node, path);
    } else if (left instanceof Map && right instanceof Map) {
      if (left.size !== right.size) return `${path}.size`;
      for (const [key, value] of left) {
        if (!right.has(key)) return `${path}.${key}`;
        push(value, right.get(key), `${path}.${key}`);
      }
    } else if ("states" in left && "key" in left) {
      if (left.key !== (right as Fields).key) return path;
    } else {
      const isAutomaton = (left as Fields)._tag === "Automaton" && "provides" in left;
      const shown = isAutomaton ? plain(left as AutomatonValue) : left;
      const keys = fieldsOf(shown as Fields);
      if (keys.length !== fieldsOf(right as Fields).length) return `${path}.*`;
      for (const key of keys) push(partsOf(shown, key), partsOf(right, key), `${path}.${key}`);
    }
  }
  return null;
};
