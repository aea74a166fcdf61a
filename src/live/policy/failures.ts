/** What goes wrong with one resource, how often, and when it may be tried again. Pure: the caller has the clock. */
import type { Failure } from "../../core/base.ts";
import { called } from "../../core/called.ts";
import type { ResourceKey } from "../../core/resource.ts";
import {
  afterRefusal,
  afterRepair,
  type BackoffState,
  failedAgain,
  failuresNow,
  noBackoff,
} from "./backoff.ts";

interface Refused {
  readonly backoff: BackoffState;
  readonly failure: Failure;
  /** How often in a row it was refused in these words. */
  readonly times: number;
}

export interface FailureRecord {
  /** The last operation that the world refused; null where the last one went well. */
  readonly refused: Refused | null;
  /** What was last repaired, after something outside had changed it. */
  readonly repaired: { readonly backoff: BackoffState; readonly what: string } | null;
}

export const noFailure: FailureRecord = { refused: null, repaired: null };

/** An operation was refused. `refused.backoff.count`: how often in a row, less what was forgiven. */
export const operationRefused = (
  { refused, repaired }: FailureRecord,
  failure: Failure,
  now: number,
): FailureRecord => {
  const isSame = refused?.failure.doing === failure.doing && refused.failure.message === failure.message;
  const backoff = failedAgain(refused?.backoff ?? noBackoff, now, afterRefusal);
  return { repaired, refused: { backoff, failure, times: isSame ? refused.times + 1 : 1 } };
};

/** How often in a row a resource was refused as it was last. */
export const timesRefused = (record: FailureRecord | undefined): number => record?.refused?.times ?? 1;

/** An operation went well: whatever was refused before is over. */
export const operationPerformed = (record: FailureRecord): FailureRecord => ({ ...record, refused: null });

/** It was changed from outside, and is to be repaired. */
export const drifted = (record: FailureRecord, what: string, now: number): FailureRecord => ({
  ...record,
  repaired: { backoff: failedAgain(record.repaired?.backoff ?? noBackoff, now, afterRepair), what },
});

/** What the world said when it was last refused; null where it was not. */
export const refusalOf = (record: FailureRecord | undefined): string | null => {
  const failure = record?.refused?.failure;
  return failure === undefined ? null : `${failure.doing}: ${failure.message}`;
};

/** Not to be tried before; in the past where nothing is wrong. */
export const retryAt = ({ refused, repaired }: FailureRecord): number =>
  Math.max(refused?.backoff.until ?? noBackoff.until, repaired?.backoff.until ?? noBackoff.until);

/** Whether there is nothing to remember any more. */
export const isOver = ({ refused, repaired }: FailureRecord, now: number): boolean =>
  refused === null && (repaired === null || failuresNow(repaired.backoff, now, afterRepair) === 0);

/** Why the system is not as it should be, in words. */
export const problemsOf = (
  key: ResourceKey,
  { refused, repaired }: FailureRecord,
  now: number,
): readonly string[] => {
  const problems: string[] = [];
  if (refused !== null) problems.push(`${called(key)}: ${refused.failure.doing}: ${refused.failure.message}`);
  if (repaired !== null && failuresNow(repaired.backoff, now, afterRepair) > afterRepair.free)
    problems.push(`${called(key)}: ${repaired.what}, again and again`);
  return problems;
};
