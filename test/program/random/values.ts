/** Random expressions that are truths, texts, lists and records. */
import type { Place } from "./place.ts";

export const boolean = (place: Place): string => {
  const { random } = place;
  if (place.isFlat) return place.ref("b") ?? random.pick(["true", "false"]);
  const [a, n] = [(): string => boolean(place.deeper), (): string => place.deeper.some("number")];
  /** Two of one kind, where there are such: also what is long or has parts elsewhere. */
  const kind = random.pick(["P", "T", "f", "a", "w", "l", "o", "k"] as const);
  const [one, other] = [place.ref(kind), place.ref(kind)];
  switch (random.below(16)) {
    case 0:
      return `(${n()} ${random.pick(["<", "<=", ">", ">="])} ${n()})`;
    case 1:
      return `(${n()} ${random.pick(["==", "!="])} ${n()})`;
    case 2:
      return `!${a()}`;
    case 3:
      return `(${a()} && ${a()})`;
    case 4:
      return `(${a()} || ${a()})`;
    case 5:
      return `(${text(place.deeper)} < ${text(place.deeper)})`;
    case 6:
      return `contains(${list(place.deeper)}, ${n()})`;
    case 7:
      return `contains(${random.pick([`${text(place.deeper)}, "a"`, `${record(place.deeper)}, "a"`])})`;
    case 8:
      return `(${place.deeper.some("duration")} >= 2s)`;
    case 9:
      return `(${place.deeper.some("size")} == 64MiB)`;
    case 10:
      return `input("flag", ${random.pick(["true", "!false"])})`;
    case 11:
    case 12:
      return one === null || other === null ? "true" : `(${one} == ${other})`;
    default:
      return place.ref("b") ?? random.pick(["true", "false"]);
  }
};

const literals = [
  '"a"',
  '""',
  '"x-y"',
  '"é😀 \\u{1F600}"',
  '"\\n\\t\\"\\\\\\$"',
  '" b "',
  '"""two\n lines "$"""',
];

/** An expression in a text, which ends at the end of its line. */
export const inserted = (written: string): string => `${"$"}{${/\n|"""/.test(written) ? "1" : written}}`;

/** A text of bounded length. */
export const text = (place: Place): string => {
  const { random } = place;
  const own = place.ref("t");
  if (place.isFlat) return own ?? random.pick(literals);
  const a = (): string => text(place.deeper);
  switch (random.below(14)) {
    case 0:
      return own === null
        ? '"z"'
        : `(if length(${own}) > 30 then "long" else "${inserted(own)}-${inserted(place.deeper.some("number"))}")`;
    case 1:
      return `"${inserted(place.deeper.some(random.pick(["number", "duration", "size", "boolean"])))} of"`;
    case 2:
      return `${random.pick(["lower", "upper", "trim"])}(${a()})`;
    case 3:
      return `replace("${random.pick(["a", "x"])}", "b", ${a()})`;
    case 4:
      return `toString(${place.deeper.some(random.pick(["number", "duration", "boolean"]))})`;
    case 5:
      return `${record(place.deeper)}.b`;
    case 6:
      return `[...${texts(place.deeper)}, ${a()}][0]`;
    case 7:
      return `input("region", "local")`;
    case 8:
      return `(let u = join("+", ${texts(place.deeper)}) in if length(u) > 30 then "much" else u)`;
    case 9:
      return `(if ${boolean(place.deeper)} then ${a()} else ${a()})`;
    default:
      return own ?? random.pick(literals);
  }
};

/** A list of numbers: long only where it is written out. */
export const list = (place: Place): string => {
  const { random } = place;
  const own = place.ref("l");
  const n = (): string => place.deeper.some("number");
  if (place.isFlat) return own ?? "[1, 2]";
  const other = (): string => list(place.deeper);
  switch (random.below(16)) {
    case 0:
      return `[${random.several(0, 3, n).join(", ")}]`;
    case 1:
      return own === null ? "[4]" : `(if length(${own}) > 9 then [${n()}] else [...${own}, ${n()}])`;
    case 2:
      return `[x + ${random.below(3)} for x in ${other()} if x > ${random.below(4)}]`;
    case 3:
      return `[x * y for x in [1, ${n()}] for y in [2, ${random.below(5)}] if x != y]`;
    case 4:
      return `map(${place.deeper.some("function")}, [1, ${n()}])`;
    case 5:
      return `filter(fn(x) x < ${random.below(9)}, ${other()})`;
    case 6:
      return `${random.pick(["reverse", "sort"])}(${other()})`;
    case 7:
      return `map(fn(pair) pair[0] + pair[1], zip(${other()}, [${n()}, 2]))`;
    case 8:
      return `concat([${n()}], [${n()}, 2])`;
    case 9:
      return `range(${random.below(3)}, clamp(floor(${n()}), 0, 5))`;
    case 10:
      // Such a list is read and evaluated in chunks.
      return random.once(3)
        ? `[\n  ${random.several(34, 60, () => place.deeper.deeper.deeper.some("number")).join(",\n  ")},\n]`
        : (own ?? "[]");
    default:
      return own ?? `[${n()}, ${n()}]`;
  }
};

export const texts = (place: Place): string => {
  const { random } = place;
  const own = place.ref("v");
  if (place.isFlat) return own ?? '["p", "q"]';
  switch (random.below(8)) {
    case 0:
      return `["s", ${text(place.deeper)}]`;
    case 1:
      return `split("-", ${text(place.deeper)})`;
    case 2:
      return `keys(${record(place.deeper)})`;
    case 3:
      return `[toString(x) for x in ${list(place.deeper)}]`;
    case 4:
      return own === null ? "[]" : `(if length(${own}) > 5 then [] else [...${own}, ${text(place.deeper)}])`;
    default:
      return own ?? '["p"]';
  }
};

/** A record with a number `a`, a text `b` and a truth `c`. */
export const record = (place: Place): string => {
  const { random } = place;
  const own = place.ref("o");
  if (own !== null && (place.isFlat || random.once(2))) return own;
  const changed = random.pick([
    `a = ${place.deeper.some("number")}`,
    `b = ${text(place.deeper)}`,
    `c = ${boolean(place.deeper)}`,
  ]);
  if (own !== null && random.once(2)) return `{ ...${own}, ${changed} }`;
  const [a, b, c] = place.isFlat
    ? ["1", '"b"', "true"]
    : [place.deeper.some("number"), text(place.deeper), boolean(place.deeper)];
  return `{ a = ${a}, b = ${b}, c = ${c} }`;
};
