/**
 * Numbers of spaces that are too small for hashing (docs/decisions/small-numbers.md), for a
 * system that does not run: all who ask come in the order of their rank, and each takes the
 * first of its candidates that is left.
 */
import { salted } from "./hashing.ts";

/** Candidates that a name has. */
const attempts = 65;

export interface Numbers {
  readonly size: number;
  readonly isForbidden: (number: number) => boolean;
}

/** Marks of packets: 31 bits, and 0 is nobody. */
export const origins: Numbers = { size: 2 ** 31 - 1, isForbidden: (number) => number === 0 };

/** A half of 10.0.0.0/8, without what ends in 0 or 255. */
export const half: Numbers = {
  size: 2 ** 23,
  isForbidden: (number) => [0, 255].includes(number % 256),
};

const rankOf = (name: string): number => salted(name, 0x51);

const candidates = function* (name: string, { size, isForbidden }: Numbers): Iterable<number> {
  for (let index = 0; index < attempts; index++) {
    let number = salted(`${index}\u0000${name}`, index) % size;
    while (isForbidden(number)) number = (number + 1) % size;
    yield number;
  }
};

/** By name; a name that finds nothing is not in it. */
export const numbered = (names: Iterable<string>, numbers: Numbers): ReadonlyMap<string, number> => {
  const ranked = [...new Set(names)].map((name) => ({ name, rank: rankOf(name) }));
  ranked.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  const taken = new Set<number>();
  const given = new Map<string, number>();
  for (const { name } of ranked) {
    for (const number of candidates(name, numbers)) {
      if (taken.has(number)) continue;
      taken.add(number);
      given.set(name, number);
      break;
    }
  }
  return given;
};
