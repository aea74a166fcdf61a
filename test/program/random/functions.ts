/** Random functions of numbers: each takes one, and a second one that has a default. */
import type { Place } from "./place.ts";

/** A call of a function; null where none may be called. */
export const call = (place: Place): string | null => {
  if (!place.mayCall) return null;
  const callee = place.ref("f");
  if (callee === null) return null;
  const [a, b] = [place.deeper.withoutCalls.some("number"), place.deeper.withoutCalls.some("number")];
  return place.random.pick([
    `${callee}(${a})`,
    `${callee}(${a}, ${b})`,
    `${callee}(${a}, y = ${b})`,
    `${callee}(y = ${a}, x = ${b})`,
  ]);
};

const body = (place: Place): string => {
  const inner = place.withoutCalls.with("x", "y");
  const callee = place.random.once(3) ? place.ref("f") : null;
  const own = `x + mod(${inner.deeper.some("number")}, 100)`;
  return callee === null ? own : `${callee}(mod(x, 1000)) + y`;
};

/** An expression that is such a function. */
export const functionOf = (place: Place): string => {
  const { random } = place;
  const known = place.mayCall ? place.ref("f") : null;
  if (known !== null && random.once(2)) return known;
  return `fn(x, y = ${random.below(4)}) ${body(place.deeper)}`;
};

/** All of a declaration of such a function, or of one that makes such a function of another. */
export const functionDeclaration = (kind: "f" | "h", name: string, place: Place): string => {
  const { random } = place;
  const maker = place.ref("h");
  if (kind === "h") return `let ${name}(g) = fn(x, y = ${random.below(3)}) g(x) + mod(y, 10)`;
  if (maker !== null && random.once(4)) return `let ${name} = ${maker}(${functionOf(place.deeper)})`;
  if (random.once(3)) return `let ${name} = ${functionOf(place)}`;
  return `let ${name}(x, y = ${place.deeper.withoutCalls.some("number")}) = ${body(place)}`;
};
