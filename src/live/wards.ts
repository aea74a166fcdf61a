/**
 * Who looks after processes: what is known of each, when it may be started again, and
 * whether it takes connections. It only keeps the books: probes and exits come in, the
 * orchestrator acts.
 */
import { afterExit, type Backoff, freshBackoff } from "../../runtime/process/backoff.ts";
import type { Health } from "../../runtime/process/health.ts";
import type { RunningProcess } from "../core/base.ts";
import type { Process, ResourceKey } from "../core/resource.ts";

/** `waiting`: to be started as soon as possible; `backoff`: not before `startAt`; `stopped`: not at all. */
export type Phase = "waiting" | "starting" | "ready" | "unhealthy" | "backoff" | "stopped";

export interface Ward {
  readonly process: Process;
  readonly phase: Phase;
  readonly running: RunningProcess | null;
  readonly startedAt: number;
  readonly startAt: number;
  readonly backoff: Backoff;
  /** What was last wrong with it, in words. */
  readonly problem: string | null;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

export const endedWords = ({ code, signal }: Ended): string =>
  signal !== null ? `ended by ${signal}` : code !== null ? `exited with ${code}` : "ended";

/** After so many quick ends nobody should wait for it. */
const hopelessAfter = 3;

export class Wards {
  readonly #wards = new Map<ResourceKey, Ward>();
  /** Those that are not as they should be, or not yet. */
  readonly #unsettled = new Map<ResourceKey, Ward>();

  get(key: ResourceKey): Ward | undefined {
    return this.#wards.get(key);
  }

  /** All that are neither ready nor stopped. */
  unsettled(): Iterable<Ward> {
    return this.#unsettled.values();
  }

  /** Takes what is wanted of a process now. A new command gets a new chance. */
  desire(process: Process): void {
    const known = this.#wards.get(process.key);
    if (known?.process.spec === process.spec) {
      this.#set({ ...known, process });
      return;
    }
    const phase = known === undefined || known.running === null ? "waiting" : known.phase;
    this.#set({
      process,
      phase,
      running: known?.running ?? null,
      startedAt: known?.startedAt ?? 0,
      startAt: 0,
      backoff: { ...freshBackoff, restarts: known?.backoff.restarts ?? 0 },
      problem: null,
    });
  }

  forget(key: ResourceKey): void {
    this.#wards.delete(key);
    this.#unsettled.delete(key);
  }

  /** It is about to be started. */
  starting(key: ResourceKey, now: number): void {
    this.#change(key, { phase: "starting", running: null, startedAt: now });
  }

  /** It runs: started just now, or found running and in service as it was left. */
  started(key: ResourceKey, running: RunningProcess, ready: boolean): void {
    this.#change(key, { phase: ready ? "ready" : "starting", running, problem: null });
  }

  /** It is gone because we ended it. */
  gone(key: ResourceKey): void {
    const ward = this.#wards.get(key);
    if (ward !== undefined && ward.running !== null) this.#change(key, { phase: "waiting", running: null });
  }

  /** It ended by itself. Returns when it is to be started again; null: not at all. */
  ended(key: ResourceKey, ended: Ended, now: number): number | null {
    const ward = this.#wards.get(key);
    if (ward === undefined) return null;
    const verdict = afterExit(ward.process.care.restart, ward.backoff, ended, now - ward.startedAt);
    const common = { running: null, backoff: verdict.backoff, problem: endedWords(ended) };
    if (verdict._tag === "stay") {
      this.#change(key, { ...common, phase: "stopped" });
      return null;
    }
    const startAt = now + verdict.afterMs;
    this.#change(key, { ...common, phase: verdict.afterMs === 0 ? "waiting" : "backoff", startAt });
    return startAt;
  }

  /** A start was refused: there is no such command, or the like. */
  refused(key: ResourceKey, problem: string): void {
    this.#change(key, { phase: "backoff", running: null, problem });
  }

  /** What a probe said. Returns whether anything changed that others should know. */
  checked(key: ResourceKey, health: Health, problem: string | null): boolean {
    const ward = this.#wards.get(key);
    if (ward === undefined || ward.running === null) return false;
    // Found in service and not yet well: it stays in service until the probes are sure.
    const phase = health._tag === "starting" && ward.phase === "ready" ? "ready" : health._tag;
    this.#change(key, { phase, problem });
    return phase !== ward.phase;
  }

  /** It runs and does no good. Returns whether it is to be ended and started again, at `startAt`. */
  failing(key: ResourceKey, now: number): boolean {
    const ward = this.#wards.get(key);
    if (ward === undefined || ward.running === null) return false;
    const verdict = afterExit(
      ward.process.care.restart,
      ward.backoff,
      { code: 1, signal: null },
      now - ward.startedAt,
    );
    if (verdict._tag === "stay") return false;
    this.#change(key, { backoff: verdict.backoff, startAt: now + verdict.afterMs });
    return true;
  }

  /** Whether it may be started now. */
  mayStart(key: ResourceKey, now: number): boolean {
    const ward = this.#wards.get(key);
    return ward === undefined || (ward.phase !== "stopped" && ward.startAt <= now);
  }

  isReady(key: ResourceKey): boolean {
    return this.#wards.get(key)?.phase === "ready";
  }

  /** Whether it will not answer again before something changes. */
  isHopeless(key: ResourceKey): boolean {
    const ward = this.#wards.get(key);
    if (ward === undefined) return false;
    if (ward.phase === "backoff") return ward.backoff.quickEnds >= hopelessAfter;
    return ward.phase === "stopped" || ward.phase === "unhealthy";
  }

  #change(key: ResourceKey, changes: Partial<Ward>): void {
    const ward = this.#wards.get(key);
    if (ward !== undefined) this.#set({ ...ward, ...changes });
  }

  #set(ward: Ward): void {
    const { key } = ward.process;
    this.#wards.set(key, ward);
    if (ward.phase === "ready" || ward.phase === "stopped") this.#unsettled.delete(key);
    else this.#unsettled.set(key, ward);
  }
}
