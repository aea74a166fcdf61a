/** What a clause says in the world as it is: equations are solved with the observed cells. */
import type { Reader } from "../src/core/pass.ts";
import type { Said, Value } from "../src/language/value.ts";
import { defaultLimits, type Limits, type Outcome, type World } from "../src/language/world.ts";

/** The world of an equation: it has no names of its own, only cells. */
const worldOf = (read: Reader): World => ({
  module: "",
  global: () => undefined,
  globals: () => [],
  input: (name, fallback) => (read.cell(`input ${name}`) as Value | undefined) ?? fallback,
  observed: (of, cell) => (read.cell(`observed ${of ?? "host"}.${cell}`) as number | undefined) ?? 0,
  remember: (_, compute) => compute(worldOf(read)),
  limits: (read.cell("limits") as Limits | undefined) ?? defaultLimits,
});

/** The value said, or `otherwise` where the equation failed and the problem was reported. */
export const know = <T>(
  said: Said<T>,
  force: (said: Said<T>, automaton: string, world: World) => Outcome<T | null>,
  automaton: string,
  read: Reader,
  otherwise: T,
): T => {
  if (said._tag === "Known") return said.value;
  const { value, problems } = force(said, automaton, worldOf(read));
  for (const problem of problems) read.problem(problem);
  return value ?? otherwise;
};
