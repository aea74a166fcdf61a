import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { refusedWith } from "../../../runtime/kernel-error.ts";
import { type ReadLog, readLog } from "../../../runtime/process/log-reader.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { exit } from "../command.ts";
import { complain } from "../complain.ts";
import { findAt, type Placed } from "../places.ts";
import { harmless, prefixes } from "../render/log.ts";
import type { Stream } from "../terminal.ts";
import { count, duration, flag, implement, optional, place, systemName } from "../words.ts";

/** How often a followed automaton is looked at for new instances. */
const lookMs = 250;

interface Log extends Placed {
  readonly system: string;
  readonly path: string;
}

/** The logs of a system, also of instances that are no more. */
const logsOf = (system: string): readonly Log[] => {
  const directory = `${new SystemState(system).directory}/logs`;
  try {
    return readdirSync(directory).flatMap((file): Log[] => {
      const [, automaton, index] = /^(.+)\.(\d+)\.log$/.exec(file) ?? [];
      return automaton === undefined
        ? []
        : [{ system, automaton, index: Number(index), path: `${directory}/${file}` }];
    });
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return [];
    throw error;
  }
};

const nameOf = ({ automaton, index }: Placed): string => `${automaton}.${index}`;

/** Prints lines as they are read: of one instance as they are, of several with their names. */
class Printer {
  readonly #out: Stream;
  readonly #named: boolean;
  #prefixes: ReadonlyMap<string, string> = new Map();

  constructor(out: Stream, named: boolean) {
    this.#out = out;
    this.#named = named;
  }

  know(logs: readonly Log[]): void {
    if (this.#named) this.#prefixes = prefixes(logs.map(nameOf), this.#out.colour);
  }

  async print(log: Log, options: ReadLog): Promise<void> {
    for await (const line of readLog(log.path, options))
      this.#out.write(`${this.#prefixes.get(nameOf(log)) ?? ""}${this.#out.live ? harmless(line) : line}\n`);
  }
}

export const logs = implement(
  t.type({
    automaton: place,
    follow: flag,
    since: optional(duration),
    tail: optional(count),
    system: optional(systemName),
  }),
  async ({ automaton, follow, since, tail, system }, terminal) => {
    const found = findAt(automaton, system, logsOf);
    if (isLeft(found)) return complain(terminal, found.left);
    const printer = new Printer(terminal.out, automaton.index === null);
    printer.know(found.right);
    const all: ReadLog = { lines: Number.POSITIVE_INFINITY };
    const asked: ReadLog = {
      lines: tail ?? all.lines,
      ...(since === null ? {} : { since: Date.now() - since }),
    };
    if (!follow) {
      for (const log of found.right) await printer.print(log, asked);
      return exit.done;
    }
    const following = new Set<string>();
    const never = new AbortController().signal;
    const begin = (log: Log, from: ReadLog): void => {
      following.add(log.path);
      void printer.print(log, { ...from, follow: never });
    };
    for (const log of found.right) begin(log, asked);
    // Ended by a signal, as `tail -f` is.
    for (;;) {
      await sleep(lookMs);
      const now = findAt(automaton, found.right[0]!.system, logsOf);
      if (isLeft(now)) continue;
      printer.know(now.right);
      for (const log of now.right) if (!following.has(log.path)) begin(log, all);
    }
  },
);
