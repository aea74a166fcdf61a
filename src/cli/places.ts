/** What a command means by `AUTOMATON` or `AUTOMATON.INDEX`. */

import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { InstanceId } from "../core/base.ts";
import { nearest } from "../core/nearest.ts";
import { hostName } from "../language/host-name.ts";
import { find, lookAt } from "./look.ts";
import type { InstanceReference } from "./option-schema.ts";
import type { ReportedError } from "./report-error.ts";
import { chooseSystem, systems } from "./systems.ts";

const inOrder = (a: InstanceId, b: InstanceId): number =>
  a.automaton < b.automaton ? -1 : a.automaton > b.automaton ? 1 : a.index - b.index;

/** Of several systems, unless one is named, the one that has the automaton. */
const searchedSystems = async (named: string | null): Promise<Either<ReportedError, readonly string[]>> => {
  const chosen = await chooseSystem(named, "name one with --system");
  if (!isLeft(chosen)) return right([chosen.right]);
  const all = await systems();
  return named === null && all.length > 1 ? right(all) : chosen;
};

/** The automaton of that name that runs elsewhere, for one of these systems; null where there is none. */
const externalIn = async (searched: readonly string[], automaton: string): Promise<string | null> => {
  for (const system of searched) {
    const { look, close } = await lookAt(await find(system));
    const status = await look();
    await close();
    const found = status?.automata.find(({ name }) => hostName(name) === hostName(automaton));
    if (found?.external === true) return found.name;
  }
  return null;
};

/** All that is at the place, by index: at least one. `list` tells what a system has: instances, logs. */
export const findAt = async <T extends InstanceId>(
  { automaton, index }: InstanceReference,
  named: string | null,
  list: (system: string) => Promise<readonly T[]>,
): Promise<Either<ReportedError, readonly T[]>> => {
  const searched = await searchedSystems(named);
  if (isLeft(searched)) return searched;
  const found = await findIn(searched.right, { automaton, index }, list);
  if (!isLeft(found)) return found;
  const external = await externalIn(searched.right, automaton);
  return external === null
    ? found
    : left({ message: `${external} runs elsewhere: it has no instances and no log here` });
};

/** The same in these systems. */
export const findIn = async <T extends InstanceId>(
  searched: readonly string[],
  { automaton, index }: InstanceReference,
  list: (system: string) => Promise<readonly T[]>,
): Promise<Either<ReportedError, readonly T[]>> => {
  const everything = await Promise.all(searched.map(async (system) => ({ system, all: await list(system) })));
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
      message: `there is no ${automaton} in ${searched.join(", ")}`,
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
    hint: `its instances are ${found.own.map((each) => each.index).join(", ")}`,
  });
};
