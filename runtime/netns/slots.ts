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

/** How many slots a service has: enough for each endpoint to have four or more. */
export const slotCounts = [1, 64, 1024, 16384] as const;
export type SlotCount = (typeof slotCounts)[number];

export const slotCountFor = (endpoints: number): SlotCount => {
  if (endpoints <= 1) return 1;
  if (endpoints <= 16) return 64;
  return endpoints <= 256 ? 1024 : 16384;
};

/**
 * The owner of each slot after `size` owners have come, one by one: each takes its share
 * from those who have the most.
 */
const ladder = (slots: number, size: number): Uint16Array => {
  const owners = new Uint16Array(slots);
  const held: number[][] = [Array.from({ length: slots }, (_, slot) => slot)];
  for (let newcomer = 1; newcomer < size; newcomer += 1) {
    const taken: number[] = [];
    const share = Math.floor(slots / (newcomer + 1));
    while (taken.length < share) {
      const most = Math.max(...held.slice(0, newcomer).map((own) => own.length));
      for (let owner = 0; owner < newcomer && taken.length < share; owner += 1) {
        if (held[owner]!.length === most) taken.push(held[owner]!.pop()!);
      }
    }
    for (const slot of taken) owners[slot] = newcomer;
    held.push(taken);
  }
  return owners;
};

const climbed = new Map<number, Uint16Array>();
const remembered = 64;

const ladderFor = (slots: number, size: number): Uint16Array => {
  const key = slots * 65536 + size;
  const before = climbed.get(key);
  if (before !== undefined) return before;
  const owners = ladder(slots, size);
  if (climbed.size >= remembered) climbed.clear();
  climbed.set(key, owners);
  return owners;
};

/**
 * For each slot the position, in `ordinals`, of the endpoint that answers there.
 * Ordinals are distinct, ascending, and what an endpoint is known by as others come and go.
 */
export const assign = (slots: number, ordinals: readonly number[]): Uint16Array => {
  const result = new Uint16Array(slots);
  if (ordinals.length <= 1) return result;
  const owners = ladderFor(slots, ordinals.at(-1)! + 1);
  const position = new Map(ordinals.map((ordinal, index) => [ordinal, index] as const));
  const load = new Array<number>(ordinals.length).fill(0);
  const vacant: number[] = [];
  for (let slot = 0; slot < slots; slot += 1) {
    const owner = position.get(owners[slot]!);
    if (owner === undefined) vacant.push(slot);
    else {
      result[slot] = owner;
      load[owner]! += 1;
    }
  }
  let level = Math.min(...load);
  let next = 0;
  for (const slot of vacant) {
    // Round after round fill those who have the least.
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
