/** What an orchestrator is made of. */
import type { BaseCase } from "../../core/base.ts";
import type { Scheduled } from "../../core/cell-key.ts";
import type { Clock } from "../../core/clock.ts";
import type { Monitor, OnHealth } from "../../core/monitor.ts";
import type { Operation } from "../../core/operation.ts";
import type { Program } from "../../program/program.ts";
import type { Effect } from "../loop/effect.ts";
import type { Input } from "../loop/input.ts";

export interface OrchestratorOptions {
  readonly program: Program;
  readonly base: BaseCase;
  /** By default that of the base case. */
  readonly monitor?: (onHealth: OnHealth, clock: Clock) => Monitor;
  readonly clock?: Clock;
  /** Of schedules that say none; by default UTC. */
  readonly zone?: string;
  /** Whether jobs run by the clock; by default they do. */
  readonly byClock?: boolean;
  /** Notes what has been dealt with of a schedule for orchestrators to come; why it could not, in words. */
  readonly noteSchedule?: (automaton: string, scheduled: Scheduled | null) => Promise<string | null>;
  readonly onProgress?: (done: number, total: number, operation: Operation) => void;
  /** Asked before anything is decided: whether the system is still this orchestrator's. */
  readonly isKept?: () => boolean;
  /** Called after every step, before its effects are performed. */
  readonly onStep?: (input: Input, effects: readonly Effect[]) => void;
}
