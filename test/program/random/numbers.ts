/** Random expressions that are numbers, of all dimensions, and functions of numbers. */

import { call } from "./functions.ts";
import type { Place } from "./place.ts";

const whole = ["0", "1", "2", "3", "7", "1_0", "12"];

/** A plain number, mostly whole. Small enough at the end of any chain. */
export const number = (place: Place): string => {
  const { random } = place;
  const own = place.ref("n");
  if (place.isFlat) return random.once(3) ? random.pick(whole) : (place.local() ?? own ?? random.pick(whole));
  const [a, b] = [(): string => number(place.deeper), (): string => number(place.deeper)];
  switch (random.below(34)) {
    case 0:
      return `${a()} + ${b()} - ${a()}`;
    case 1:
      return `floor(mod(${a()} * ${b()}, 97))`;
    case 2:
      return `round(${a()} / ${1 + random.below(4)})`;
    case 3:
      return `abs(-(${a()}))`;
    case 4:
      return `${random.pick(["max", "min"])}(${a()}, ${b()}, 3)`;
    case 5:
      return `clamp(${a()}, 0, ${1 + random.below(9)})`;
    case 6:
      return `ceil(50% * (${a()}))`;
    case 7:
      return `length(${place.deeper.some(random.pick(["list", "text", "record"]))})`;
    case 8:
      return `mod(sum(${place.deeper.some("list")}), 1000)`;
    case 9:
      return `mod(fold(fn(acc, x) acc + x, ${a()}, ${place.deeper.some("list")}), 1000)`;
    case 10:
      return `(if ${place.deeper.some("boolean")} then ${a()} else ${b()})`;
    case 11:
      return `(let x = ${a()} in ${number(place.deeper.with("x"))})`;
    case 12:
      return `(let g(x, y = ${a()}) = x + y in g(${b()}))`;
    case 13:
    case 14:
    case 15:
      return call(place) ?? a();
    case 16:
      return `(fn(x) ${number(place.deeper.with("x"))})(${a()})`;
    case 17:
      return `${place.deeper.some("record")}.a`;
    case 18:
      return `${place.deeper.some("record")}["a"]`;
    case 19:
      return `[${a()}, ${b()}][${random.below(2)}]`;
    case 20:
      return `values({ a = ${a()}, b = ${b()} })[0]`;
    case 21:
      // One default, however it is written; what comes of others is tried in inputs.test.ts.
      return `input("k${random.below(3)}", ${random.pick(["2", "1 + 1", "4 / 2", "2.0"])})`;
    case 22:
      return "host.cpus";
    case 23:
      return `floor(mod(${duration(place.deeper)} / 1s, 60))`;
    case 24:
      return `floor(mod(${size(place.deeper)} / 1KiB, 512))`;
    case 25:
      return `floor(${random.pick(["10Mbps", "2Gbps", "900Kbps"])} * 50% / 1Mbps)`;
    case 26:
      return `max([...${place.deeper.some("list")}, ${a()}])`;
    case 27:
      return `{ e = { g = ${a()} } }.e.g`;
    case 28:
      return `length(${place.deeper.some("texts")})`;
    case 29:
      return `(${place.deeper.some("function")})(${a()})`;
    default:
      return own === null ? random.pick(whole) : random.once(3) ? `mod(${own} + 1, 50)` : own;
  }
};

/** A count of instances. */
export const count = (place: Place): string =>
  place.random.once(2) ? `${1 + place.random.below(3)}` : `clamp(floor(${number(place)}), 0, 3)`;

const durations = ["2s", "500ms", "1m", "90s", "1h", "1_000us", "5000000ns", "2.5s"];

/** A duration above zero. */
export const duration = (place: Place): string => {
  const { random } = place;
  const a = (): string => duration(place.deeper);
  if (place.isFlat) return place.ref("q") ?? random.pick(durations);
  switch (random.below(8)) {
    case 0:
      return `min(${a()} * 2, 1h)`;
    case 1:
      return `max(${a()} - 1s, 1ms)`;
    case 2:
      return `min(${a()} + ${a()}, 1h)`;
    case 3:
      return `max(${a()} / 2, 10ms)`;
    case 4:
      return `(if ${place.deeper.some("boolean")} then ${a()} else ${a()})`;
    default:
      return place.ref("q") ?? random.pick(durations);
  }
};

const sizes = ["64MiB", "10B", "3KB", "2KiB", "5MB", "1GB", "1GiB"];

export const size = (place: Place): string => {
  const { random } = place;
  const a = (): string => size(place.deeper);
  if (place.isFlat) return place.ref("z") ?? random.pick(sizes);
  switch (random.below(7)) {
    case 0:
      return `min(${a()} + 1KB, 4GiB)`;
    case 1:
      return `min(2 * ${a()}, 8GiB)`;
    case 2:
      return "host.memory / 4";
    case 3:
      return `input("mem", 1GB)`;
    default:
      return place.ref("z") ?? random.pick(sizes);
  }
};
