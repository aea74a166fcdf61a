/** What a running orchestrator answers on its control socket. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../core/base.ts";
import { type Diagnostic, hasErrors } from "../core/diagnostic.ts";
import { type Operation, subject } from "../core/operation.ts";
import { explain } from "../program/explain.ts";
import type { Program } from "../program/program.ts";
import type { Preview } from "../program/update.ts";
import type { Change, OperationMessage, ProgramRequest, Refusal } from "./control/messages.ts";
import type { Handlers } from "./control/server.ts";
import type { Status } from "./control/status.ts";
import type { Done } from "./journal.ts";
import type { Taken } from "./orchestrator.ts";

/** A running system, as far as commands may ask of it. */
export interface Asked {
  readonly system: string;
  readonly program: Program;
  status(): Status;
  set(name: string, text: string): Either<readonly Diagnostic[], Taken>;
  plan(text: string): Preview;
  update(texts: ReadonlyMap<string, string>): Taken;
  reload(): Taken;
  remove(): Promise<readonly Failure[]>;
}

const messageOf = (operation: Operation): OperationMessage => {
  const { kind, automaton } = subject(operation);
  return { op: operation.op, kind, id: operation.key, automaton };
};

const changeOf = ({ operations, failures, milliseconds }: Done): Change => ({
  operations: operations.map(messageOf),
  failures,
  milliseconds,
});

const asRecords = (items: readonly object[]): readonly Record<string, unknown>[] =>
  items as readonly Record<string, unknown>[];

const refused = (diagnostics: readonly Diagnostic[]): Refusal => {
  const { message = "it has errors", hints } = diagnostics[0] ?? {};
  const hint = hints?.[0]?.message;
  return { message, ...(hint === undefined ? {} : { hint }), diagnostics: asRecords(diagnostics) };
};

/** The text to interpret, of the very file that the system runs from. */
const textOf = (live: Asked, { file, text }: ProgramRequest): Either<Refusal, string> => {
  const own = resolve(live.program.file);
  if (resolve(file) !== own) {
    return left({
      message: `${live.system} runs from ${own}, not from ${file}`,
      hint: `end it with \`architect down ${live.system}\` first`,
    });
  }
  try {
    return right(text ?? readFileSync(own, "utf8"));
  } catch (error) {
    return left({ message: `cannot read ${file}: ${error instanceof Error ? error.message : error}` });
  }
};

export const handlersOf = (live: Asked): Handlers => ({
  status: async () => right(live.status()),

  set: async ({ name, text }) => {
    const taken = live.set(name, text);
    return isLeft(taken) ? left(refused(taken.left)) : right(changeOf(await taken.right.done));
  },

  plan: async ({ program }) => {
    const text = textOf(live, program);
    if (isLeft(text)) return text;
    const planned = live.plan(text.right);
    if (hasErrors(planned.diagnostics)) return left(refused(planned.diagnostics));
    const operations = planned.operations.map((operation) => ({
      ...operation,
      because: planned.reasons.get(operation.key) ?? [],
    }));
    return right({ operations: asRecords(operations), stats: { ...planned.stats } });
  },

  apply: async ({ program }) => {
    const text = textOf(live, program);
    if (isLeft(text)) return text;
    const taken = live.update(new Map([[live.program.file, text.right]]));
    if (hasErrors(taken.diagnostics)) return left(refused(taken.diagnostics));
    const done = [await taken.done];
    for (const { name, text: value } of program.inputs) {
      const set = live.set(name, value);
      if (isLeft(set)) return left(refused(set.left));
      done.push(await set.right.done);
    }
    return right({
      operations: done.flatMap(({ operations }) => operations.map(messageOf)),
      failures: done.flatMap(({ failures }) => failures),
      milliseconds: done.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    });
  },

  reload: async () => {
    const taken = live.reload();
    return hasErrors(taken.diagnostics)
      ? left(refused(taken.diagnostics))
      : right(changeOf(await taken.done));
  },

  explain: async ({ name }) => {
    const explained = explain(live.program, name);
    return explained === null ? left({ message: `${live.system} has no ${name}` }) : right({ ...explained });
  },

  down: async () => right({ failures: await live.remove() }),
});
