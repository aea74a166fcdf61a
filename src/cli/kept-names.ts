/** What a plan means for the directories that instances keep: one whose name was changed starts empty. */
import { formerOf } from "../../runtime/process/kept/former.ts";
import { keptNames } from "../../runtime/process/kept/list.ts";
import type { SystemState } from "../../runtime/process/state.ts";
import type { Operation } from "../core/operation.ts";
import type { Process } from "../core/resource.ts";

const isProcess = (resource: Operation["after"]): resource is Process => resource?.kind === "process";

/** A kept directory: of which instance, and its name. */
interface Left {
  readonly automaton: string;
  readonly index: number;
  readonly name: string;
}

const keyOf = ({ automaton, index, name }: Left): string => `${automaton}/${index}/${name}`;

/** What is kept of an instance that may be meant to be handed on to a state of a name: of its own first. */
const leftFor = (
  state: SystemState,
  { automaton, index, state: kept = [] }: Process,
  name: string,
  gone: readonly Process[],
): readonly Left[] => {
  const names = new Set(kept.map((one) => one.name));
  const own = keptNames(state, automaton, index).filter((one) => !names.has(one));
  const others = gone.filter(
    (one) => one.index === index && keptNames(state, one.automaton, index).includes(name),
  );
  return [
    ...own.map((one) => ({ automaton, index, name: one })),
    ...others.map((one) => ({ automaton: one.automaton, index, name })),
  ];
};

/**
 * Of each kept directory that will be empty although there is something that it may have been called before: that it is so.
 * What another one takes over is nothing left, and what is left is told once.
 */
export const startingEmpty = (state: SystemState, operations: readonly Operation[]): readonly string[] => {
  const gone = operations.flatMap(({ before, after }) =>
    after === null && isProcess(before) ? [before] : [],
  );
  const come = operations.flatMap(({ after }) => (isProcess(after) ? [after] : []));
  const isThere = ({ automaton, index, name }: Left): boolean =>
    keptNames(state, automaton, index).includes(name);
  const empty = come.flatMap((process) =>
    (process.state ?? [])
      .filter(({ name }) => !isThere({ automaton: process.automaton, index: process.index, name }))
      .map(({ name, formerly }) => ({
        process,
        name,
        from: formerly === undefined ? null : formerOf(process, formerly),
      })),
  );
  const used = new Set(empty.flatMap(({ from }) => (from === null ? [] : [keyOf(from)])));
  return empty.flatMap(({ process, name, from }) => {
    if (from !== null && isThere(from)) return [];
    const before = leftFor(state, process, name, gone).find((one) => !used.has(keyOf(one)));
    if (before === undefined) return [];
    used.add(keyOf(before));
    const { automaton, index } = process;
    const called = before.automaton === automaton ? before.name : `${before.automaton}.${before.name}`;
    const written = `\`state ${name} … formerly "${called}"\``;
    return [
      `the state ${name} of ${automaton}.${index} starts empty; what is kept as ${called} stays where it is: ${written} hands it on`,
    ];
  });
};
