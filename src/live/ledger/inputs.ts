/**
 * Inputs that were set while a system ran, restarts that were asked for, and what has been dealt with of schedules: an entry of its ledger. An orchestrator that takes the
 * system over goes on with them, and one that others set inputs beside follows them.
 */
import * as t from "io-ts";
import { decodeJson } from "../../../runtime/decode-json.ts";
import type { SystemState } from "../../../runtime/process/state.ts";
import {
  type CellKey,
  parseCell,
  restartedCell,
  type Scheduled,
  scheduledCell,
} from "../../core/cell-key.ts";
import type { Cancel } from "../../core/clock.ts";
import { hasErrors } from "../../core/diagnostic.ts";
import type { Program } from "../../program/program.ts";
import { settingOf } from "../../program/setting.ts";
import { FileLedger } from "./file-ledger.ts";
import type { Ledger } from "./ledger.ts";

const key = "inputs";

const codec = t.readonly(t.record(t.string, t.string));

/** By name, in the language's notation. */
type Inputs = t.TypeOf<typeof codec>;

/** Of an entry that is missing or broken: nothing. */
const inputsOf = (value = "{}"): Inputs => decodeJson(codec, value) ?? {};

/** What was set, for commands beside the orchestrator. */
export const readInputs = (state: SystemState): Inputs => inputsOf(new FileLedger(state).readNow(key)?.value);

/** As what restarts of an automaton are noted; no input has such a name. */
export const restartsName = (automaton: string): string => restartedCell(automaton);

/** Of which automaton restarts are noted, and how many; null where it is an input that is noted. */
export const restartsNoted = (
  name: string,
  text: string,
): { readonly automaton: string; readonly count: number } | null => {
  const parsed = parseCell(name as CellKey);
  const count = Number(text);
  return parsed._tag === "Restarted" && Number.isSafeInteger(count) && count > 0
    ? { automaton: parsed.automaton, count }
    : null;
};

const scheduledCodec: t.Type<Scheduled> = t.readonly(
  t.type({
    cron: t.string,
    zone: t.string,
    until: t.number,
    time: t.union([t.number, t.null]),
    last: t.union([
      t.readonly(
        t.type({
          spec: t.string,
          began: t.number,
          ended: t.union([t.number, t.null]),
          code: t.union([t.number, t.null]),
          signal: t.union([t.string, t.null]),
        }),
      ),
      t.null,
    ]),
  }),
);

/** As what has been dealt with of the schedule of an automaton is noted; no input has such a name. */
export const scheduleName = (automaton: string): string => scheduledCell(automaton);

/** Of which automaton a schedule is noted, and what of it; null where it is something else that is noted. */
export const scheduleNoted = (
  name: string,
  text: string,
): { readonly automaton: string; readonly scheduled: Scheduled } | null => {
  const parsed = parseCell(name as CellKey);
  if (parsed._tag !== "Scheduled") return null;
  const scheduled = decodeJson(scheduledCodec, text);
  return scheduled === null ? null : { automaton: parsed.automaton, scheduled };
};

/** What was noted of schedules, by automaton: for commands beside the orchestrator. */
export const readSchedules = (state: SystemState): ReadonlyMap<string, Scheduled> =>
  new Map(
    Object.entries(readInputs(state)).flatMap(([name, text]) => {
      const noted = scheduleNoted(name, text);
      return noted === null ? [] : [[noted.automaton, noted.scheduled] as const];
    }),
  );

/** Sets what was noted in a program that was not given it otherwise; returns what fits it still. */
export const restoreInputs = (program: Program, noted: Inputs): Inputs => {
  const restored = Object.entries(noted).filter(([name, text]) => {
    const restarts = restartsNoted(name, text);
    if (restarts !== null) {
      const { automaton, count } = restarts;
      return !hasErrors(program.observe([[restartedCell(automaton), count]]).diagnostics);
    }
    const schedule = scheduleNoted(name, text);
    if (schedule !== null) {
      const { automaton, scheduled } = schedule;
      if (program.augmentation.get(automaton) === undefined) return false;
      return !hasErrors(program.observe([[scheduledCell(automaton), scheduled]]).diagnostics);
    }
    const setting = settingOf(program, name, text);
    if (setting._tag !== "Input" || program.workspace.cells.input(name).value !== undefined) return false;
    return !hasErrors(program.setInput(name, setting.value).diagnostics);
  });
  return Object.fromEntries(restored);
};

export class NotedInputs {
  readonly #ledger: Ledger;
  #inputs: Inputs = {};
  #revision: string | null = null;
  #isPending = false;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Sets what is noted in a program that was not given it otherwise; what does not fit any more is forgotten. */
  async restore(program: Program): Promise<void> {
    const entry = await this.#ledger.read(key);
    this.#revision = entry?.revision ?? null;
    this.#inputs = { ...this.#inputs, ...restoreInputs(program, inputsOf(entry?.value)) };
  }

  /** Whether something of it could not be noted yet. */
  get isPending(): boolean {
    return this.#isPending;
  }

  /** Notes what an input was set to. After an error (a `KernelError`) it is noted with the next one. */
  note(name: string, text: string): Promise<void> {
    return this.#write({ [name]: text });
  }

  /** Notes everything again, where someone took the note away. */
  async noteAgain(): Promise<void> {
    if (Object.keys(this.#inputs).length > 0) await this.#write(this.#inputs);
  }

  /** Calls with each input that others note, until it is cancelled. */
  follow(onSet: (name: string, text: string) => void): Cancel {
    return this.#ledger.watch(key, ({ value, revision }) => {
      if (revision === this.#revision) return;
      const [before, now] = [this.#inputs, inputsOf(value)];
      this.#inputs = now;
      this.#revision = revision;
      for (const [name, text] of Object.entries(now)) if (before[name] !== text) onSet(name, text);
    });
  }

  async #write(changes: Inputs): Promise<void> {
    this.#isPending = true;
    for (;;) {
      this.#inputs = { ...this.#inputs, ...changes };
      const revision = await this.#ledger.compareAndSet(key, this.#revision, JSON.stringify(this.#inputs));
      if (revision !== null) {
        this.#revision = revision;
        this.#isPending = false;
        return;
      }
      // Someone was faster: what was noted meanwhile stays.
      const entry = await this.#ledger.read(key);
      this.#inputs = inputsOf(entry?.value);
      this.#revision = entry?.revision ?? null;
    }
  }
}
