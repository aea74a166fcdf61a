/** The sizes of what instances keep, among their limits. */
import { type StateSizes, sizeText } from "../../src/core/limits.ts";
import type { InstanceLimits } from "../../src/core/resource.ts";
import { KernelError, kernelErrorOf } from "../kernel-error.ts";
import type { LimitsNote } from "./note.ts";
import type { StateSizeLimits } from "./state-sizes.ts";

type Instance = Pick<InstanceLimits, "automaton" | "index">;

/** `state data`: among what is not enforced. No limit has such a name. */
const noted = (name: string): string => `state ${name}`;

const phrase = (name: string, { automaton, index }: Instance): string =>
  `limit the state ${name} of ${automaton}.${index}`;

const cannot = (name: string, instance: Instance, words: string): KernelError =>
  new KernelError(phrase(name, instance), "cannot-enforce", words);

/** A refusal, for a sentence. */
const wordsOf = ({ operation, words, code }: KernelError): string => `${operation}: ${words} (${code})`;

export class SizedStates {
  readonly #sizes: StateSizeLimits;

  constructor(sizes: StateSizeLimits) {
    this.#sizes = sizes;
  }

  /**
   * Enforces the sizes of an instance; `known`: what was noted of it. Why some are not enforced, where that is allowed. Throws a `KernelError`: `cannot-enforce`
   * where it is not, and others where what is kept cannot be made as large.
   */
  async set(
    resource: InstanceLimits,
    known: LimitsNote | null,
    isAllowed: boolean,
  ): Promise<Readonly<Record<string, string>>> {
    const unenforced: Record<string, string> = {};
    for (const [name, bytes] of Object.entries(resource.state ?? {})) {
      const inability = this.#sizes.inability();
      if (inability !== null) {
        if (!isAllowed) throw cannot(name, resource, wordsOf(inability));
        unenforced[noted(name)] = wordsOf(inability);
        continue;
      }
      const { automaton, index } = resource;
      try {
        const wasUnenforced = known?.unenforced[noted(name)] !== undefined;
        await this.#sizes.set({ automaton, index, name }, bytes, wasUnenforced);
      } catch (error) {
        const refusal = kernelErrorOf(phrase(name, resource), error);
        if (!(refusal instanceof KernelError)) throw error;
        throw new KernelError(
          `${phrase(name, resource)} to ${sizeText(bytes)}`,
          refusal.code,
          `${refusal.operation}: ${refusal.words}`,
        );
      }
    }
    return unenforced;
  }

  /** The sizes that there are, as what is kept shows them; of what there is nothing yet, as it is noted. */
  shown({ automaton, index, state = {}, unenforced }: LimitsNote, isAllowed: boolean): StateSizes {
    return Object.fromEntries(
      Object.entries(state).flatMap(([name, wanted]) => {
        if (unenforced[noted(name)] !== undefined) return isAllowed ? [[name, wanted] as const] : [];
        return [[name, this.#sizes.shown({ automaton, index, name }, wanted) ?? wanted] as const];
      }),
    );
  }

  /** With what sizes a program of an instance is to start. Throws a `KernelError` (`cannot-enforce`) where one is not enforced. */
  started(
    instance: Instance,
    sized: readonly string[],
    note: LimitsNote | null,
    isAllowed: boolean,
  ): StateSizes {
    const sizes: Record<string, number> = {};
    for (const name of sized) {
      const isUnenforced = note?.unenforced[noted(name)] !== undefined;
      if (isUnenforced && isAllowed) continue;
      const bytes = note?.state?.[name];
      if (bytes === undefined || isUnenforced) throw cannot(name, instance, "nothing limits it yet");
      sizes[name] = bytes;
    }
    return sizes;
  }

  /** The sizes that are noted, and enforced. */
  enforced(note: LimitsNote | null): StateSizes {
    const all = Object.entries(note?.state ?? {});
    return Object.fromEntries(all.filter(([name]) => note?.unenforced[noted(name)] === undefined));
  }

  /** What is noted as not enforced, and what is nearly full, a sentence each. */
  warnings({ automaton, index, state = {}, unenforced }: LimitsNote): readonly string[] {
    return Object.entries(state).flatMap(([name, bytes]) => {
      const words = unenforced[noted(name)];
      // Without numbers: the same is told once.
      if (words === undefined && this.#sizes.isNearlyFull({ automaton, index, name }))
        return [
          `the state ${name} of ${automaton}.${index} is nearly full: a larger \`size\` applies while it runs`,
        ];
      return words === undefined
        ? []
        : [
            `the size ${sizeText(bytes)} of the state ${name} of ${automaton}.${index} is not enforced: ${words}`,
          ];
    });
  }

  /** What could not be enforced here, or not be as large, a sentence each. Nothing is made. */
  unenforceable({ automaton, index, state = {} }: InstanceLimits): readonly string[] {
    return Object.entries(state).flatMap(([name, bytes]) => {
      const inability = this.#sizes.inability();
      const what = `the size ${sizeText(bytes)} of the state ${name} of`;
      if (inability !== null) return [`${what} ${automaton} cannot be enforced here: ${wordsOf(inability)}`];
      const obstacle = this.#sizes.obstacle({ automaton, index, name }, bytes);
      return obstacle === null ? [] : [`${what} ${automaton}.${index} is refused: ${wordsOf(obstacle)}`];
    });
  }
}
