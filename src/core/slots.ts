/**
 * Numbers from a space too small for pure hashing: each identity has a sequence of
 * candidate slots, and the identity that ranks first among those that want a slot has it. So the
 * assignment depends on the set of identities alone, not on the order in which they
 * came; one that comes moves another only if it outranks it for the very same slot. A
 * pinned identity outranks all others: what runs keeps its number, newcomers probe. Then
 * the assignment also depends on the order of arrival.
 *
 * It is the stable matching in which all slots have one opinion of the identities (a
 * serial dictatorship by rank), kept up to date by deferred acceptance.
 */
import { hashString, mix } from "./hash.ts";

/** Candidates tried before an identity goes without. */
const attempts = 64;

interface Claim {
  readonly identity: string;
  /** The member to fold again when the slot changes. */
  readonly owner: string;
  /** A slot that comes before all candidates. */
  pinned: number | null;
  /** Which candidate it has; `attempts` + 1 where none. */
  attempt: number;
}

/** A space of small numbers. */
export interface Space {
  /** Slots are 0 … size - 1, less the forbidden ones. */
  readonly size: number;
  readonly forbidden?: (slot: number) => boolean;
}

/** That an identity has a slot in the world. */
export interface Held {
  readonly identity: string;
  readonly slot: number;
}

/** Deals the numbers of a space to identities. */
export class Slots {
  readonly #space: Space;
  /** Whether everybody keeps what is committed. */
  #keeps = false;
  readonly #claims = new Map<string, Claim>();
  readonly #holders = new Map<number, Claim>();
  /** The claims that would get a slot if its holder left. */
  readonly #waiting = new Map<number, Set<Claim>>();
  /** Of identities that have not asked yet. */
  readonly #pins = new Map<string, number>();
  /** What came and went since the last commit, and in the same places which of the two. */
  #journal: Claim[] = [];
  #came: boolean[] = [];
  /** Who moved into a slot that became free since. */
  #heirs: Claim[] = [];
  #moved: Set<string> | null = null;

  constructor(space: Space) {
    this.#space = space;
  }

  /** The slot of an identity; null where it found none, undefined where it never asked. */
  slot(identity: string): number | null | undefined {
    const claim = this.#claims.get(identity);
    return claim === undefined ? undefined : this.#slotAt(claim, claim.attempt);
  }

  /**
   * These identities have these slots in the world, and from now on everybody keeps what
   * is committed. Between batches; the owners of claims that moved are added to `moved`. A
   * slot that an identity would never ask for was made by another program, or is half made.
   */
  adopt(held: Iterable<Held>, moved: Set<string>): void {
    for (const one of held) this.#pin(one, moved);
    this.#keeps = true;
    for (const claim of this.#claims.values()) this.#hold(claim);
    this.#forget();
  }

  #pin({ identity, slot }: Held, moved: Set<string>): void {
    if (!this.#isCandidate(identity, slot)) return;
    const claim = this.#claims.get(identity);
    if (claim === undefined) this.#pins.set(identity, slot);
    else if (this.#slotAt(claim, claim.attempt) === slot) this.#hold(claim);
    else {
      this.release(identity, moved);
      this.#enter(identity, claim.owner, slot, moved);
      moved.add(claim.owner);
    }
  }

  /** Asks for a slot. The owners of claims that moved are added to `moved`. */
  claim(identity: string, owner: string, moved: Set<string>): number | null {
    const known = this.#claims.get(identity);
    if (known !== undefined) return this.#slotAt(known, known.attempt);
    return this.#enter(identity, owner, this.#pins.get(identity) ?? null, moved);
  }

  #enter(identity: string, owner: string, pinned: number | null, moved: Set<string>): number | null {
    const claim: Claim = { identity, owner, pinned, attempt: -1 };
    this.#claims.set(identity, claim);
    this.#note(claim, true);
    this.#moved = moved;
    const slot = this.#settle(claim);
    this.#moved = null;
    return slot;
  }

  /** Gives a slot back. Claims that waited for it move in; their owners are added to `moved`. */
  release(identity: string, moved: Set<string>): void {
    const claim = this.#claims.get(identity);
    if (claim === undefined) return;
    this.#claims.delete(identity);
    this.#note(claim, false);
    this.#moved = moved;
    for (let i = 0; i < claim.attempt; i++) this.#unwait(claim, i);
    this.#vacate(claim);
    this.#moved = null;
  }

  /** Makes everything since the last `commit` as if it had not been. */
  rollback(): void {
    const [journal, came] = [this.#journal, this.#came];
    this.#forget();
    for (let i = journal.length - 1; i >= 0; i--) {
      const { identity, owner, pinned } = journal[i]!;
      if (came[i]!) this.release(identity, new Set());
      else this.#enter(identity, owner, pinned, new Set());
    }
    this.#forget();
  }

  commit(): void {
    if (this.#keeps) {
      for (const claim of this.#journal) this.#keep(claim);
      for (const claim of this.#heirs) this.#keep(claim);
    }
    this.#forget();
  }

  /** If it is still there. */
  #keep(claim: Claim): void {
    this.#pins.delete(claim.identity);
    if (this.#claims.get(claim.identity) === claim) this.#hold(claim);
  }

  #forget(): void {
    this.#journal = [];
    this.#came = [];
    this.#heirs = [];
  }

  /** Nobody takes from a claim what it has now, and it waits for nothing else. */
  #hold(claim: Claim): void {
    const slot = this.#slotAt(claim, claim.attempt);
    if (slot === null || claim.pinned === slot) return;
    for (let i = 0; i < claim.attempt; i++) this.#unwait(claim, i);
    claim.pinned = slot;
    claim.attempt = 0;
  }

  #note(claim: Claim, came: boolean): void {
    this.#journal.push(claim);
    this.#came.push(came);
  }

  #slotAt(claim: Claim, attempt: number): number | null {
    if (attempt > attempts) return null;
    if (attempt === 0) return claim.pinned ?? this.#candidate(claim.identity, 0);
    return this.#candidate(claim.identity, claim.pinned === null ? attempt : attempt - 1);
  }

  #isCandidate(identity: string, slot: number): boolean {
    for (let index = 0; index <= attempts; index++)
      if (this.#candidate(identity, index) === slot) return true;
    return false;
  }

  #candidate(identity: string, index: number): number {
    const { size, forbidden } = this.#space;
    // All of it unsigned words: else V8 divides in floating point.
    let slot = (mix(hashString(identity, prefix(index)), index) % (size >>> 0)) >>> 0;
    while (forbidden?.(slot)) slot = (slot + 1) % size;
    return slot;
  }

  /** Finds the first candidate after the present one that the claim can have. Whom it ousts ranks lower, and so on. */
  #settle(start: Claim): number | null {
    let had: number | null = null;
    let claim = start;
    for (;;) {
      claim.attempt++;
      const slot = this.#slotAt(claim, claim.attempt);
      if (slot === null) return had;
      const holder = this.#holders.get(slot);
      if (holder === undefined) {
        this.#holders.set(slot, claim);
        return had ?? slot;
      }
      if (precedes(claim, holder)) {
        this.#holders.set(slot, claim);
        had ??= slot;
        this.#wait(slot, holder);
        this.#moved?.add(holder.owner);
        claim = holder;
      } else {
        this.#wait(slot, claim);
      }
    }
  }

  #vacate(start: Claim): void {
    let leaving: Claim | undefined = start;
    while (leaving !== undefined) {
      const slot = this.#slotAt(leaving, leaving.attempt);
      if (slot === null) return;
      this.#holders.delete(slot);
      let heir: Claim | undefined;
      for (const claim of this.#waiting.get(slot) ?? []) {
        if (heir === undefined || precedes(claim, heir)) heir = claim;
      }
      if (heir === undefined) return;
      // The heir leaves its own slot, and every one it waited for behind this one.
      const before: Claim = { ...heir };
      let attempt = 0;
      while (this.#slotAt(heir, attempt) !== slot) attempt++;
      for (let i = attempt; i < heir.attempt; i++) this.#unwait(heir, i);
      // The same slot may be a candidate twice, and still be waited for.
      for (let i = 0; i < attempt; i++) this.#wait(this.#slotAt(heir, i)!, heir);
      heir.attempt = attempt;
      this.#heirs.push(heir);
      this.#holders.set(slot, heir);
      this.#moved?.add(heir.owner);
      leaving = before;
    }
  }

  #wait(slot: number, claim: Claim): void {
    const waiting = this.#waiting.get(slot);
    if (waiting === undefined) this.#waiting.set(slot, new Set([claim]));
    else waiting.add(claim);
  }

  #unwait(claim: Claim, attempt: number): void {
    const slot = this.#slotAt(claim, attempt);
    if (slot === null) return;
    const waiting = this.#waiting.get(slot);
    waiting?.delete(claim);
    if (waiting?.size === 0) this.#waiting.delete(slot);
  }
}

/** The hash of what stands before an identity in its candidate of this index. */
const prefix = (index: number): number => (index === 0 ? firstPrefix : hashString(`${index}\u0000`));
const firstPrefix = hashString("0\u0000");

/** Asked only where two want one slot, so it is not kept. */
const rank = ({ identity }: Claim): number => mix(hashString(identity), 0x51);

const precedes = (a: Claim, b: Claim): boolean => {
  if ((a.pinned === null) !== (b.pinned === null)) return a.pinned !== null;
  const [first, second] = [rank(a), rank(b)];
  return first !== second ? first < second : a.identity < b.identity;
};
