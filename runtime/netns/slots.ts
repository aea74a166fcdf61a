/**
 * Which endpoint answers at which slot of a service. A new connection draws a slot at
 * random, so the shares of the endpoints are the numbers of their slots.
 *
 * The assignment depends on the set of endpoints alone, not on its history, and
 *  - no two endpoints differ by more than one slot;
 *  - endpoint n+1 takes over ⌊slots/(n+1)⌋ slots, and no others move;
 *  - an endpoint that goes gives only its own slots to others.
 *
 * The last two hold where the endpoints of a service are numbered without gaps, as
 * instances are. In a gap (an instance that is not ready) its slots go to the others.
 */

/**
 * How many slots a service has: enough for each endpoint to have four or more, and few
 * enough for one that dies to be out of them within two milliseconds.
 */
export const slotCounts = [1, 64, 1024, 4096, 16384] as const;
export type SlotCount = (typeof slotCounts)[number];

export const slotCountFor = (endpoints: number): SlotCount => {
  if (endpoints <= 1) return 1;
  if (endpoints <= 16) return 64;
  if (endpoints <= 256) return 1024;
  return endpoints <= 1024 ? 4096 : 16384;
};

/** A slot that a newcomer took over, and from which owner. */
interface Takeover {
  readonly slot: number;
  readonly from: number;
}

/** Owners come one by one, and each takes its share from those that have the most. */
class Ladder {
  readonly #slots: number;
  /** After the last one that came. */
  readonly #owners: Uint16Array;
  readonly #held: number[][];
  /** By newcomer. */
  readonly #takeovers: Takeover[][] = [[]];

  constructor(slots: number) {
    this.#slots = slots;
    this.#owners = new Uint16Array(slots);
    this.#held = [Array.from({ length: slots }, (_, slot) => slot)];
  }

  /** The owner of each slot when `size` owners had come. */
  after(size: number): Uint16Array {
    while (this.#held.length < size) this.#climb();
    const owners = this.#owners.slice();
    for (let newcomer = this.#held.length - 1; newcomer >= size; newcomer -= 1)
      for (const { slot, from } of this.#takeovers[newcomer]!) owners[slot] = from;
    return owners;
  }

  #climb(): void {
    const newcomer = this.#held.length;
    const share = Math.floor(this.#slots / (newcomer + 1));
    const taken: Takeover[] = [];
    while (taken.length < share) {
      const most = this.#held.reduce((longest, { length }) => Math.max(longest, length), 0);
      for (let from = 0; from < newcomer && taken.length < share; from += 1)
        if (this.#held[from]!.length === most) taken.push({ slot: this.#held[from]!.pop()!, from });
    }
    for (const { slot } of taken) this.#owners[slot] = newcomer;
    this.#held.push(taken.map(({ slot }) => slot));
    this.#takeovers.push(taken);
  }
}

const ladders = new Map<number, Ladder>();

const ladderOf = (slots: number): Ladder => {
  const known = ladders.get(slots) ?? new Ladder(slots);
  ladders.set(slots, known);
  return known;
};

/**
 * For each slot the position, in `ordinals`, of the endpoint that answers there.
 * Ordinals are distinct, ascending, and what an endpoint is known by as others come and go.
 */
export const assign = (slots: number, ordinals: readonly number[]): Uint16Array => {
  const result = new Uint16Array(slots);
  if (ordinals.length <= 1) return result;
  const owners = ladderOf(slots).after(ordinals.at(-1)! + 1);
  const position = new Int32Array(ordinals.at(-1)! + 1).fill(-1);
  for (const [index, ordinal] of ordinals.entries()) position[ordinal] = index;
  const load = new Array<number>(ordinals.length).fill(0);
  const vacant: number[] = [];
  for (let slot = 0; slot < slots; slot += 1) {
    const owner = position[owners[slot]!]!;
    if (owner < 0) vacant.push(slot);
    else {
      result[slot] = owner;
      load[owner]! += 1;
    }
  }
  let level = Math.min(...load);
  let next = 0;
  for (const slot of vacant) {
    // Round after round fill those that have the least.
    while (load[next] !== level) {
      next += 1;
      if (next === load.length) {
        next = 0;
        level = Math.min(...load);
      }
    }
    result[slot] = next;
    load[next]! += 1;
  }
  return result;
};
