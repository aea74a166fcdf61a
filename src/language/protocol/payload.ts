/** Which payloads may stand for which. */
import { payloadKey } from "./canonical.ts";
import { rememberPairs } from "./remember.ts";
import type { Payload } from "./session.ts";

/** Where a payload does not do for another: the fields to it, and both there. */
export interface PayloadMismatch {
  readonly path: readonly string[];
  /** Null where a field is missing. */
  readonly have: Payload | null;
  readonly want: Payload;
}

interface Pair {
  readonly have: Payload;
  readonly want: Payload;
  readonly from: Pair | null;
  readonly field: string;
}

const fieldsTo = (pair: Pair): string[] => {
  const path: string[] = [];
  for (let at: Pair = pair; at.from !== null; at = at.from) path.push(at.field);
  return path.reverse();
};

/**
 * Why a `have` cannot be used as a `want`; null where it can. Records may have more
 * fields (width) and better ones (depth); all else must be equal by structure.
 */
export const payloadMismatch = (have: Payload, want: Payload): PayloadMismatch | null =>
  have === want ? null : remembered(have, want);

const search = (have: Payload, want: Payload): PayloadMismatch | null => {
  const visited = new Map<Payload, Set<Payload>>();
  const queue: Pair[] = [{ have, want, from: null, field: "" }];
  for (let i = 0; i < queue.length; i++) {
    const pair = queue[i]!;
    if (pair.have._tag !== "RecordOf" || pair.want._tag !== "RecordOf") {
      if (payloadKey(pair.have) === payloadKey(pair.want)) continue;
      return { path: fieldsTo(pair), have: pair.have, want: pair.want };
    }
    let others = visited.get(pair.have);
    if (others === undefined) {
      others = new Set();
      visited.set(pair.have, others);
    }
    if (others.has(pair.want)) continue;
    others.add(pair.want);
    for (const [field, wanted] of pair.want.fields) {
      const had = pair.have.fields.get(field);
      if (had === undefined) return { path: [...fieldsTo(pair), field], have: null, want: wanted };
      if (had !== wanted) queue.push({ have: had, want: wanted, from: pair, field });
    }
  }
  return null;
};

const remembered = rememberPairs(search);
