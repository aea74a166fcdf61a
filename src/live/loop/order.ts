/**
 * The order in which automata start (`after`). What keeps one from being started is looked for where
 * it is asked: it follows from how things stand, so that an orchestrator that takes over keeps the
 * order too. Only the first start of a program waits; one that ended is started anew without it.
 */
import { type Process, processKey } from "../../core/resource.ts";
import { isExternal } from "../../language/value.ts";
import type { Program } from "../../program/program.ts";
import { isDone, isHopeless, jobState, type ProcessState } from "../policy/process.ts";
import { unresolvedWords } from "../policy/resolution.ts";
import { processReason } from "../status/reason.ts";
import { automatonOf } from "./automaton.ts";
import { existing, processState, type State } from "./state.ts";

/** A system as the loop knows it: `Machine`, and every `Step`. */
interface Known {
  readonly program: Program;
  readonly state: State;
}

/** An instance that others wait for. */
interface Blocker {
  readonly automaton: string;
  readonly index: number;
  /** Whether there are others beside it. */
  readonly isOne: boolean;
  /** Null: there is no process of it yet, or none is wanted in it. */
  readonly process: ProcessState | null;
  /** Of one that runs elsewhere: why it is nowhere yet, and whether that was found out. */
  readonly nowhere?: { readonly words: string; readonly failed: boolean };
}

/** An external automaton of which a name that is wired to was never resolved; null of any other. */
const unresolvedOf = ({ state }: Known, automaton: string): Blocker | null => {
  for (const [name, host] of state.hosts) {
    if (host.resolved !== null || !host.ports.some((port) => port.startsWith(`${automaton}.`))) continue;
    const nowhere = { words: unresolvedWords(name, host), failed: host.problem !== null };
    return { automaton, index: 0, isOne: true, process: null, nowhere };
  }
  return null;
};

/** The first instance of an automaton that is neither ready nor done; null where all are. */
const unreadyOf = ({ program, state }: Known, automaton: string): Blocker | null => {
  const found = automatonOf(program, automaton);
  if (found === null) return null;
  if (isExternal(found.member.automaton)) return unresolvedOf({ program, state }, automaton);
  const { asked } = found.instances;
  const runs = found.member.automaton.runs !== null;
  for (let index = 0; index < asked; index++) {
    const process = runs ? processState(state, processKey(automaton, index)) : null;
    const blocker = { automaton, index, isOne: asked === 1, process };
    if (existing(state, automaton, index) === null) return blocker;
    if (runs && (process === null || !isReady(state, process))) return blocker;
  }
  return null;
};

/** Whether it runs what is wanted of it now and is ready, or has done its work. */
const isReady = (state: State, process: ProcessState): boolean => {
  if (isDone(process)) return true;
  const { key, automaton, index } = process.process;
  const actual = state.sides.actual.get(key);
  return (
    process.phase === "ready" &&
    actual?.kind === "process" &&
    actual.spec === process.process.spec &&
    state.automata.get(automaton)?.instances.get(index)?.draining == null
  );
};

const predecessorsOf = ({ program }: Known, automaton: string): readonly string[] => [
  ...new Set(automatonOf(program, automaton)?.member.automaton.after.map((one) => one.automaton)),
];

/** What was begun of an automaton, in any of its instances. */
interface Begun {
  readonly specs: ReadonlySet<string>;
  /** Whether an instance was begun as it is wanted now; one that is not wanted counts as the first. */
  readonly asWanted: boolean;
}

const begunOf = ({ automata, sides }: State, automaton: string): Begun => {
  const specOf = (index: number): string | null => {
    const process = sides.desired.get(processKey(automaton, index));
    return process?.kind === "process" ? process.spec : null;
  };
  const begun = [...(automata.get(automaton)?.begun ?? [])];
  return {
    specs: new Set(begun.map(([, spec]) => spec)),
    asWanted: begun.some(([index, spec]) => (specOf(index) ?? specOf(0)) === spec),
  };
};

/**
 * What waits for what, as things stand when it is made: every automaton is looked at once, however many
 * instances ask for it. To be made anew once something has changed.
 */
export class StartOrder {
  readonly #known: Known;
  readonly #unready = new Map<string, Blocker | null>();
  readonly #begun = new Map<string, Begun>();
  readonly #blockers = new Map<string, Blocker | null>();

  constructor(known: Known) {
    this.#known = known;
  }

  /** Whether a process must not be started, or put in place of another, before what its automaton starts after is ready. */
  isHeld(process: Process): boolean {
    if (process.care.after === undefined) return false;
    return !this.#isBegun(process) && this.#blockerOf(process.automaton) !== null;
  }

  /**
   * Whether it was begun as it is wanted now, here or in another instance: then it waits no more. Each instance may have a
   * spec of its own; a new one waits for nothing where the others run as they should.
   */
  #isBegun({ automaton, index, spec }: Process): boolean {
    const { state } = this.#known;
    const begun = memo(this.#begun, automaton, () => begunOf(state, automaton));
    if (begun.specs.has(spec)) return true;
    return begun.asWanted && state.automata.get(automaton)?.begun.has(index) !== true;
  }

  /** Whether the program of an automaton must not be started yet in an instance: then nothing is replaced in any. */
  mustWait(automaton: string): boolean {
    const { desired } = this.#known.state.sides;
    for (let index = 0; ; index++) {
      const process = desired.get(processKey(automaton, index));
      if (process?.kind !== "process" || process.care.after === undefined) return false;
      if (this.isHeld(process)) return true;
    }
  }

  /** What an automaton waits for, in words, and whether that has failed; null: it need not wait. */
  waitOf(automaton: string): { readonly words: string; readonly failed: boolean } | null {
    const words: string[] = [];
    for (let name = automaton; ; ) {
      const blocker = this.#blockerOf(name);
      if (blocker === null) return null;
      const { process, isOne } = blocker;
      words.push(`waits for ${blocker.automaton}${isOne ? "" : `.${blocker.index}`}`);
      if (process !== null && this.isHeld(process.process)) {
        name = blocker.automaton;
        continue;
      }
      const chain = shortened(words).join(", which ");
      const { words: why, failed } = blocker.nowhere ?? { words: stateOf(process), failed: isLost(process) };
      return { words: `${chain}, ${why}`, failed };
    }
  }

  #blockerOf(automaton: string): Blocker | null {
    return memo(this.#blockers, automaton, () => {
      for (const one of predecessorsOf(this.#known, automaton)) {
        const blocker = memo(this.#unready, one, () => unreadyOf(this.#known, one));
        if (blocker !== null) return blocker;
      }
      return null;
    });
  }
}

const memo = <T>(known: Map<string, T>, name: string, find: () => T): T => {
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = find();
  known.set(name, made);
  return made;
};

/** The automata that a process which is to go was started after: they end when it is gone. */
export const neededByLeaving = ({ processes, sides }: State): ReadonlySet<string> => {
  const needed = new Set<string>();
  // What is to go differs from what is wanted; most processes do not.
  for (const key of sides.diff.keys()) {
    if (sides.desired.has(key) || !sides.actual.has(key)) continue;
    for (const automaton of processes.get(key)?.process?.process.care.after ?? []) needed.add(automaton);
  }
  return needed;
};

/** The longest chain of automata that wait for each other in a message. */
const longestTold = 4;

/** The beginning of a chain, and its end. */
const shortened = (words: readonly string[]): readonly string[] =>
  words.length > longestTold
    ? [...words.slice(0, longestTold - 2), "waits for others", words.at(-1)!]
    : words;

const isLost = (process: ProcessState | null): boolean => process !== null && isHopeless(process);

/** How it stands with what is waited for. */
const stateOf = (process: ProcessState | null): string => {
  if (process === null) return "which is starting";
  const job = jobState(process);
  if (job === "running") return "which is running";
  if (process.phase === "stopped") return `which failed: ${processReason(process)}`;
  if (process.phase === "ready") return "which is being updated";
  const phase = process.phase === "waiting" ? "starting" : process.phase;
  return `which is ${phase}: ${processReason(process)}`;
};
