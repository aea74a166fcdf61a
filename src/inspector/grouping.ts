/**
 * The groups of a graph, as the text groups it: what one list, comprehension, call of a function, declaration or
 * imported file says stands together. Levels that say nothing (a group of one, or of all that its parent has) go.
 */

/** One step inward in the text, the same for all that it says. */
export interface GroupStep {
  readonly key: string;
  readonly label: string;
  /** Of two levels with the same members, the label of the greater rank is kept. */
  readonly rank: number;
  /** It is one of several alike: its label tells it from them. */
  readonly isOne?: true;
}

/** Where an automaton is said, the outermost first. */
export interface GroupedName {
  readonly name: string;
  readonly steps: readonly GroupStep[];
}

/** A group; `parent` is the place of another in the list of all, or -1. */
export interface Group {
  readonly id: string;
  readonly label: string;
  readonly parent: number;
}

/** All groups, parents first, and of each automaton in a group the place of the innermost. */
export interface Groups {
  readonly groups: readonly Group[];
  readonly of: Readonly<Record<string, number>>;
}

/** Nothing is grouped. */
export const noGroups: Groups = { groups: [], of: {} };

interface Level {
  readonly id: string;
  label: string;
  rank: number;
  count: number;
  readonly isOne: boolean;
  readonly names: string[];
  readonly below: Map<string, Level>;
}

const levelOf = (id: string, { label, rank, isOne }: Omit<GroupStep, "key">): Level => ({
  ...{ id, label, rank, count: 0, isOne: isOne === true, names: [] },
  below: new Map(),
});

const grow = (all: Iterable<GroupedName>): Level => {
  const root = levelOf("", { label: "", rank: -1 });
  for (const { name, steps } of all) {
    let level = root;
    level.count++;
    for (const step of steps) {
      const below = level.below.get(step.key) ?? levelOf(`${level.id}/${step.key}`, step);
      level.below.set(step.key, below);
      level = below;
      level.count++;
    }
    level.names.push(name);
  }
  return root;
};

/** The groups of automata. */
export const groupsOf = (all: Iterable<GroupedName>): Groups => {
  const groups: Group[] = [];
  const of: Record<string, number> = {};
  const todo: { readonly level: Level; readonly at: number; readonly size: number }[] = [];
  const root = grow(all);
  todo.push({ level: root, at: -1, size: root.count });
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { level, at, size } = next;
    for (const name of level.names) if (at >= 0) of[name] = at;
    for (const below of level.below.values()) {
      // One of one is no group, and one of all that there is says nothing that its parent does not.
      const isGroup = below.count > 1 && below.count < size;
      if (isGroup) groups.push({ id: below.id, label: below.label, parent: at });
      else if (below.count === size && at >= 0 && below.rank > level.rank) {
        // Of calls for each element, which element it is tells them apart.
        const { label } = groups[at]!;
        groups[at] = { ...groups[at]!, label: level.isOne ? `${below.label}, ${label}` : below.label };
        below.rank = Math.max(below.rank, level.rank);
      }
      todo.push({ level: below, at: isGroup ? groups.length - 1 : at, size: isGroup ? below.count : size });
    }
  }
  return { groups, of };
};
