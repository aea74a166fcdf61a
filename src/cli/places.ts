/** What a command means by `AUTOMATON` or `AUTOMATON.INDEX`. */

import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { nearest } from "../core/nearest.ts";
import { hostName } from "../language/host-name.ts";
import type { Complaint } from "./complain.ts";
import { chooseSystem, systems } from "./systems.ts";
import type { Place } from "./words.ts";

/** Anything that belongs to an instance: the instance itself, its log. */
export interface Placed {
  readonly automaton: string;
  readonly index: number;
}

const inOrder = (a: Placed, b: Placed): number =>
  a.automaton < b.automaton ? -1 : a.automaton > b.automaton ? 1 : a.index - b.index;

/** Of several systems, unless one is named, the one that has the automaton. */
const searchedSystems = (named: string | null): Either<Complaint, readonly string[]> => {
  const chosen = chooseSystem(named, "name one with --system");
  if (!isLeft(chosen)) return right([chosen.right]);
  const all = systems();
  return named === null && all.length > 1 ? right(all) : chosen;
};

/** All that is at the place, by index: at least one. `list` tells what a system has. */
export const findAt = <T extends Placed>(
  { automaton, index }: Place,
  named: string | null,
  list: (system: string) => readonly T[],
): Either<Complaint, readonly T[]> => {
  const searched = searchedSystems(named);
  if (isLeft(searched)) return searched;
  const everything = searched.right.map((system) => ({ system, all: list(system) }));
  const having = everything
    .map(({ system, all }) => ({
      system,
      // `cart_eu` is `cart-eu` on the network; people may say either.
      own: all.filter((each) => hostName(each.automaton) === hostName(automaton)).sort(inOrder),
    }))
    .filter(({ own }) => own.length > 0);
  const [found, another] = having;
  if (found === undefined) {
    const names = new Set(everything.flatMap(({ all }) => all.map((each) => each.automaton)));
    const meant = nearest(automaton, names);
    return left({
      message: `there is no ${automaton} in ${searched.right.join(", ")}`,
      ...(meant === null ? {} : { hint: `did you mean ${meant}?` }),
    });
  }
  if (another !== undefined)
    return left({
      message: `${automaton} is in several systems: ${having.map(({ system }) => system).join(", ")}`,
      hint: "name one with --system",
    });
  const wanted = found.own.filter((each) => index === null || each.index === index);
  if (wanted.length > 0) return right(wanted);
  return left({
    message: `${automaton} has no instance ${index}`,
    hint: `there is ${found.own.map((each) => each.index).join(", ")}`,
  });
};
