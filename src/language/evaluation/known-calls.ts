/**
 * What calls of a function came to, by the values of its parameters, with what they read of
 * the world: of calls that found nothing wrong. When the body of a comprehension changes,
 * most elements still call with the same arguments.
 */
import type { Closure, Value } from "../value.ts";
import type { Seen, World } from "../world.ts";

export interface KnownCall {
  readonly value: Value;
  readonly seen: Seen;
  /** Evaluation steps that it took. */
  readonly steps: number;
}

/** So many are known of one function at the most; then they are forgotten all at once. */
const most = 65_536;

class KnownCalls {
  readonly #calls = new Map<string, KnownCall>();

  /** A call with these parameters, if all that it read is as it was. */
  find(key: string, world: World): KnownCall | undefined {
    const call = this.#calls.get(key);
    return call !== undefined && world.seesAgain?.(call.seen) === true ? call : undefined;
  }

  note(key: string, call: KnownCall): void {
    if (this.#calls.size >= most) this.#calls.clear();
    this.#calls.set(key, call);
  }
}

const all = new WeakMap<Closure, KnownCalls>();

/** The calls that are known of a function while its closure lives. */
export const knownCalls = (closure: Closure): KnownCalls => {
  const known = all.get(closure) ?? new KnownCalls();
  all.set(closure, known);
  return known;
};
