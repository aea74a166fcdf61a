/** Random sessions and payloads. */
import type { Place } from "./place.ts";
import { classes, oneWay } from "./scene.ts";
import { boolean } from "./values.ts";

const base = ["Bytes", "String", "Int", "Float", "Bool", "Json", "Unit"];

export const payload = (place: Place): string => {
  const { random } = place;
  const known = place.ref("T");
  if (place.isFlat || random.once(2)) return known !== null && random.once(2) ? known : random.pick(base);
  if (random.once(2)) return `[${payload(place.deeper)}]`;
  return `{ id: ${payload(place.deeper)}, ${random.pick(["name", "size"])}: ${payload(place.deeper)} }`;
};

/** Of each class its usual session, others that are as good, and such as fit nobody who knows the usual one. */
const alternatives: readonly (readonly string[])[] = [
  [
    "mu t. &{ get: ?String . !Bytes . t, quit: end }",
    "&{ quit: end, get: ?String . !Bytes . mu again. &{ get: ?String . !Bytes . again, quit: end } }",
    "mu t. &{ get: ?String . !Bytes . t, put: ?String . t, quit: end }",
  ],
  ["?Int . !Int", "(?Int) ; !Int", "?Int . +{ ok: !Int, no: end }", "dual (!Int . ?Int . end)"],
  ["mu t. &{ line: ?String . t, bye: end }", "mu u. &{ line: ?String . u, bye: end }", "?String"],
  ["&{ a: !Bytes, b: end }", "&{ b: end, a: !Bytes . end }", "&{ a: !Bytes ; end, b: ?Bool }"],
];

/** The session of one of the protocols that wires are about. */
export const sessionOfClass = (of: number, place: Place): string => {
  const { random } = place;
  if (place.mayBeOdd && random.once(12)) return random.pick(alternatives[of]!);
  const [usual, other] = alternatives[of] as readonly [string, string];
  if (random.once(3)) return other;
  return random.once(3) ? `if ${boolean(place.deeper.deeper)} then ${usual} else ${other}` : usual;
};

/** Any session at all; most have a meaning. */
export const session = (place: Place, variable: string | null = null): string => {
  const { random } = place;
  const known = place.ref("P");
  const tail = variable !== null && random.once(2) ? variable : (known ?? "end");
  if (place.isFlat) return random.once(2) ? tail : "end";
  const next = (): string => session(place.deeper, variable);
  const labels = (): string => `{ ${random.pick(["x", "get"])}: ${next()}, y: !${payload(place.deeper)} }`;
  switch (random.below(10)) {
    case 0:
      return `!${payload(place)} . ${next()}`;
    case 1:
      return `?${payload(place)} . (${next()})`;
    case 2:
      return `+${labels()}`;
    case 3:
      return `&${labels()}`;
    case 4:
      return `mu t. ?Int . ${session(place.deeper, "t")}`;
    case 5:
      return `dual (${session(place.deeper)})`;
    case 6:
      return `(${session(place.deeper)}) ; (${session(place.deeper)})`;
    case 7:
      return `if ${boolean(place.deeper.deeper)} then ${session(place.deeper)} else ${session(place.deeper)}`;
    case 8:
      return `?${payload(place)}`;
    default:
      return tail;
  }
};

/** What a clause names the protocol of a class by. */
export const protocolOfClass = (of: number, place: Place): string => {
  const { random } = place;
  const name = place.scene.of("P").find(({ number }) => number === of)?.name ?? alternatives[of]![0]!;
  const [all, chosen] = [place.ref("r"), place.ref("y")];
  if (place.mayBeOdd && random.once(20)) return alternatives[random.below(classes)]![0]!;
  switch (random.below(12)) {
    case 0:
      return all === null ? name : `${all}[${of}]`;
    case 1:
      return chosen === null ? name : `${chosen}(${of})`;
    case 2:
      return `dual (dual (${name}))`;
    default:
      return name;
  }
};

/** The protocols that wires are about, by class. */
export const protocolsOf = (place: Place): string => {
  const all = Array.from({ length: classes }, (_, of) =>
    place.scene.of("P").find(({ number }) => number === of),
  );
  return `[${all.map((one) => one?.name ?? place.scene.of("P")[0]?.name ?? "P0").join(", ")}]`;
};

export const transportOfClass = (of: number): "tcp" | "udp" => (of === oneWay ? "udp" : "tcp");
