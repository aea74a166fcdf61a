/** What an edit is to bring about, as data. */
import type { Transport } from "../core/resource.ts";

/** What a system is to be after an edit. */
export type Goal =
  /** So many instances while nothing is observed. */
  | { readonly _tag: "Scale"; readonly automaton: string; readonly count: number }
  /** An automaton says this clause: `restart never`, `env { MODE = "fast" }`. */
  | {
      readonly _tag: "Set";
      readonly automaton: string;
      readonly word: string;
      /** Of `env` the variable. */
      readonly name: string | null;
      /** The value in the language's notation; of a variable, what stands behind `=`. */
      readonly text: string;
    }
  | { readonly _tag: "SetInput"; readonly name: string; readonly text: string }
  | { readonly _tag: "Rename"; readonly automaton: string; readonly to: string }
  | { readonly _tag: "Delete"; readonly automaton: string }
  /** Of a requirement, or of all requirements; the wires to one provider, or to all. */
  | {
      readonly _tag: "DeleteWire";
      readonly from: string;
      readonly requirement: string | null;
      readonly to: string | null;
      readonly port: string | null;
    }
  | { readonly _tag: "DeletePublication"; readonly hostPort: number; readonly transport: Transport | null }
  /** A wire from one to the other, of the only requirement and port that fit where they are not named. */
  | {
      readonly _tag: "Wire";
      readonly from: string;
      readonly requirement: string | null;
      readonly to: string;
      readonly port: string | null;
    }
  /** `to` null: to any other provider that fits. */
  | {
      readonly _tag: "Rewire";
      readonly from: string;
      readonly requirement: string;
      readonly to: string | null;
      readonly port: string | null;
    }
  | { readonly _tag: "Copy"; readonly automaton: string; readonly to: string }
  | {
      readonly _tag: "Publish";
      readonly automaton: string;
      readonly port: string;
      readonly hostPort: number;
    };

/** Why an edit cannot be, and what helps. */
export interface Refusal {
  readonly message: string;
  readonly hints: readonly string[];
}

/** A refusal with at most one hint. */
export const refuse = (message: string, ...hints: readonly string[]): Refusal => ({ message, hints });

/** The automata that a goal speaks of. */
export const automataOf = (goal: Goal): readonly string[] => {
  switch (goal._tag) {
    case "Scale":
    case "Set":
    case "Delete":
    case "Publish":
      return [goal.automaton];
    case "Rename":
    case "Copy":
      return [goal.automaton, goal.to];
    case "Wire":
      return [goal.from, goal.to];
    case "DeleteWire":
    case "Rewire":
      return goal.to === null ? [goal.from] : [goal.from, goal.to];
    case "SetInput":
    case "DeletePublication":
      return [];
  }
};

/** The goal in words: `scale cart 5`. */
export const describeGoal = (goal: Goal): string => {
  const end = (automaton: string, port: string | null): string =>
    port === null ? automaton : `${automaton}.${port}`;
  switch (goal._tag) {
    case "Scale":
      return `scale ${goal.automaton} ${goal.count}`;
    case "Set":
      return `set ${goal.automaton}.${end(goal.word, goal.name)} ${goal.text}`;
    case "SetInput":
      return `set ${goal.name} ${goal.text}`;
    case "Rename":
      return `rename ${goal.automaton} ${goal.to}`;
    case "Delete":
      return `delete ${goal.automaton}`;
    case "DeleteWire":
      return `delete ${end(goal.from, goal.requirement)}${goal.to === null ? "" : ` => ${end(goal.to, goal.port)}`}`;
    case "DeletePublication":
      return `delete publication ${goal.hostPort}${goal.transport === null ? "" : `/${goal.transport}`}`;
    case "Wire":
      return `wire ${end(goal.from, goal.requirement)} => ${end(goal.to, goal.port)}`;
    case "Rewire":
      return `rewire ${goal.from}.${goal.requirement}${goal.to === null ? "" : ` => ${end(goal.to, goal.port)}`}`;
    case "Copy":
      return `copy ${goal.automaton} ${goal.to}`;
    case "Publish":
      return `publish ${goal.automaton}.${goal.port} ${goal.hostPort}`;
  }
};
