/** Faces of which one port is meant. */
import { named } from "./by-name.ts";
import type { Caller, Face, Provider } from "./composition.ts";
import { ends, mapEnds, provider, samePick } from "./face.ts";
import { memoOn } from "./memo.ts";
import { pickOffer } from "./unite.ts";

const picked = (from: Caller, name: string): Caller => {
  // By its name there is one at most.
  const [one] = named(from.requires, name, ({ name: own }) => [own]);
  // What is picked twice, by two names, is nothing: it is not what the second name alone would be.
  const isOther = from.picked !== null && from.picked !== name;
  return {
    _tag: "Caller",
    automaton: from.automaton,
    requires: one === undefined ? [] : [one],
    picked: name,
    whole: isOther ? from : (from.whole ?? from),
  };
};

/**
 * Every caller with that requirement alone, without any where it has none; null: nobody has it.
 * In bundles, which are known by their parts, they are the same objects again.
 */
export const pickCallers = (face: Face<Caller>, name: string): Face<Caller> | null => {
  let found = false;
  const pick = (end: Caller): Caller => {
    const one = picked(end, name);
    found ||= one.requires.length > 0;
    return one;
  };
  const all = face._tag === "Caller" ? pick(face) : mapEnds(face, (end) => samePick(pick(end)));
  return found ? all : null;
};

/** Every provider with that port alone, without any where it has none; null: nobody has it. */
export const pickProviders = (face: Face<Provider>, name: string): Face<Provider> | null => {
  let found = false;
  const picked = mapEnds(face, (end) => {
    const one = pickOffer(end, name);
    found ||= one !== null;
    return one ?? nothingOf(end, name);
  });
  return found ? picked : null;
};

const nothingOf = (end: Provider, name: string): Provider =>
  provider(
    end.sources.map(({ automaton }) => ({ automaton, ports: [], picked: name })),
    [],
  );

/** The names of a face, once somebody asked. */
const namesOn = memoOn(() => ({ names: null as ReadonlySet<string> | null }));

/** Names of ports that callers or providers of a face have. */
export const requirementNames = (face: Face<Caller>): ReadonlySet<string> => {
  const memo = namesOn(face);
  if (memo.names !== null) return memo.names;
  const names = new Set<string>();
  for (const end of ends(face)) for (const one of end.requires) names.add(one.name);
  memo.names = names;
  return names;
};

export const portNames = (face: Face<Provider>): ReadonlySet<string> => {
  const memo = namesOn(face);
  if (memo.names !== null) return memo.names;
  const names = new Set<string>();
  for (const end of ends(face)) {
    for (const source of end.sources) for (const one of source.ports) names.add(one.port);
  }
  memo.names = names;
  return names;
};
