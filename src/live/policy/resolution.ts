/**
 * What is believed of the names of hosts elsewhere, and when each is looked up again: when its time to live is
 * over, and after a failure later and later. A failure leaves what was found before. Pure: the caller has the clock.
 */
import type { Resolved } from "../../core/cell-key.ts";
import { sameJson } from "../../core/json.ts";
import type { Lookup } from "../../core/lookup.ts";
import { asAddress, unusableOfName } from "../../language/ip-address.ts";
import { type BackoffPolicy, type BackoffState, failedAgain, noBackoff } from "./backoff.ts";

/** An answer is believed for so long at least, and at the most, whatever it says of itself. In milliseconds. */
export const shortestMs = 1_000;
export const longestMs = 3_600_000;
/** What says nothing of how long it holds, as /etc/hosts, is looked at so often. In milliseconds. */
export const untoldMs = 10_000;

/** Nobody forgives a name that fails but an answer. */
const afterFailure: BackoffPolicy = {
  free: 0,
  firstMs: 1_000,
  longestMs: 60_000,
  forgiveMs: Number.MAX_VALUE,
};

/** A name whose answers change again and again, as where a few of many addresses are told in turn, is asked for less and less often. */
const afterChange: BackoffPolicy = { free: 3, firstMs: 1_000, longestMs: 300_000, forgiveMs: 600_000 };
/** What is found in part is told after so many times in a row, or at the first lookup. */
const partialTimes = 3;

/** What is known of one name. */
export interface HostState {
  /** The ports that are there, `smtp.mail`, sorted. */
  readonly ports: readonly string[];
  /** The last addresses that were found; null: none were ever. */
  readonly resolved: Resolved | null;
  /** When it is to be looked up; null: it is being looked up. */
  readonly at: number | null;
  /** Whether a lookup has ended since it is followed. */
  readonly isAsked: boolean;
  /** What was wrong with the last lookup, in words; null: nothing. */
  readonly problem: string | null;
  readonly backoff: BackoffState;
  /** How often the addresses were others than before. */
  readonly changes: BackoffState;
  /** How often in a row something was found, but not all. */
  readonly partial: number;
}

/** A name that is followed from now on. `resolved`: what is known of it from before. */
export const followed = (ports: readonly string[], resolved: Resolved | null, now: number): HostState => ({
  ports,
  resolved,
  at: now,
  isAsked: false,
  problem: null,
  backoff: noBackoff,
  changes: noBackoff,
  partial: 0,
});

/** Those of the addresses that a host elsewhere may have, in their usual text, sorted. */
const usable = (addresses: readonly string[]): readonly string[] =>
  addresses
    .flatMap((one) => asAddress(one) ?? [])
    .filter((one) => unusableOfName(one) === null)
    .sort();

/** Why none of the addresses is of use; null: there is none. */
const uselessness = (addresses: readonly string[]): string | null => {
  const [first] = addresses;
  if (first === undefined) return null;
  const reason = unusableOfName(asAddress(first) ?? "0.0.0.0");
  return `its address is ${first}, which is ${reason}${reason === "this machine itself" ? ": write `at host`" : ""}`;
};

/** A lookup has ended. */
export const answered = (host: HostState, { v4, v6, ttlMs, problem }: Lookup, now: number): HostState => {
  const found = { v4: v4 === null ? null : usable(v4), v6: v6 === null ? null : usable(v6) };
  if ((found.v4 ?? []).length + (found.v6 ?? []).length === 0) {
    const backoff = failedAgain(host.backoff, now, afterFailure);
    const words = uselessness([...(v4 ?? []), ...(v6 ?? [])]) ?? problem ?? "nothing was found";
    return { ...host, isAsked: true, problem: words, backoff, at: backoff.until };
  }
  // What could not be told of one family stays as it was.
  const resolved = { v4: found.v4 ?? host.resolved?.v4 ?? [], v6: found.v6 ?? host.resolved?.v6 ?? [] };
  const holdsMs = ttlMs === null ? untoldMs : Math.min(Math.max(ttlMs, shortestMs), longestMs);
  const isSame = sameJson(resolved, host.resolved);
  const changes =
    isSame || host.resolved === null ? host.changes : failedAgain(host.changes, now, afterChange);
  const partial = problem === null ? 0 : host.partial + 1;
  const isTold = !host.isAsked || host.problem !== null || partial >= partialTimes;
  return {
    ...host,
    isAsked: true,
    resolved: isSame ? host.resolved : resolved,
    problem: isTold ? problem : null,
    backoff: noBackoff,
    changes,
    partial,
    at: Math.max(now + holdsMs, isSame ? now : changes.until),
  };
};

/** Whether nothing was ever found, and it is known why. */
export const isUnresolved = ({ resolved, problem }: HostState): boolean =>
  resolved === null && problem !== null;

/** `192.0.2.7, 2001:db8::7` */
export const addressesText = ({ v4, v6 }: Resolved): string => [...v4, ...v6].join(", ");

/** Why the ports at a name that was never resolved are not ready. */
export const unresolvedWords = (host: string, { problem }: Pick<HostState, "problem">): string =>
  problem === null ? `${host} is being resolved` : `${host} cannot be resolved: ${problem}`;

/** That what was found before goes on to be believed, or that there may be more to find, and why; null where all is well. */
export const staleWords = (host: string, { resolved, problem, backoff }: HostState): string | null => {
  if (problem === null || resolved === null) return null;
  const addresses = addressesText(resolved);
  return backoff === noBackoff
    ? `${host} is resolved in part: ${problem}; it is ${addresses}`
    : `${host} cannot be resolved anew: ${problem}; it stays ${addresses}`;
};
