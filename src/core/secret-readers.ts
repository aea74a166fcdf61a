/** Who reads a secret. */
import { compareNames } from "./natural.ts";
import type { SecretPieces } from "./process-parts.ts";
import type { Resource } from "./resource.ts";

/** The automata that get a secret, by name. */
export const readersOf = (resources: Iterable<Resource>, secret: string): readonly string[] => {
  const isIn = (all: Readonly<Record<string, SecretPieces>>): boolean =>
    Object.values(all).some((pieces) =>
      pieces.some((piece) => typeof piece !== "string" && piece.secret === secret),
    );
  const readers = new Set<string>();
  for (const one of resources) {
    if (one.kind !== "process" || one.secrets === undefined) continue;
    const { env, files, own = {} } = one.secrets;
    if (isIn(env) || isIn(files) || isIn(own)) readers.add(one.automaton);
  }
  return [...readers].sort(compareNames);
};
