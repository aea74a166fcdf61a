/** What a running orchestrator answers on its control socket. */
import { resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Failure } from "../../core/base.ts";
import { type Diagnostic, errorsOf, hasErrors } from "../../core/diagnostic.ts";
import { type Operation, startsProgram, subject } from "../../core/operation.ts";
import type { Resource } from "../../core/resource.ts";
import { readersOf } from "../../core/secret-readers.ts";
import { undigested } from "../../core/undigested.ts";
import { readSourceFile } from "../../files/read.ts";
import { isExternal } from "../../language/value.ts";
import { explainName } from "../../program/explain-name.ts";
import type { Program } from "../../program/program.ts";
import type { Assignment } from "../../program/setting.ts";
import type { Preview } from "../../program/update.ts";
import { automatonOf } from "../loop/automaton.ts";
import type { Done } from "../loop/changes.ts";
import type { Taken } from "../runner/orchestrator.ts";
import type { Counted } from "../system/operation-count.ts";
import type { Versions } from "../system/secrets.ts";
import type {
  ChangeMessage,
  LiveEvent,
  OperationMessage,
  ProgramRequest,
  Refusal,
  Result,
} from "./messages.ts";
import type { Handlers } from "./server.ts";
import type { Status } from "./status.ts";

/** An input that was set. */
export interface InputSet extends Taken {
  /** Why it will be forgotten when another orchestrator takes over; null: it is kept. */
  readonly notKept: Promise<string | null>;
}

const warningsOf = (warning: string | null): readonly string[] => (warning === null ? [] : [warning]);

/** What a change would come to in the world as it is. */
export interface ResolvedPreview extends Preview {
  /** The names of hosts elsewhere that it would need and that are not resolved, in words. */
  readonly unresolved: readonly string[];
}

/** A running system, as far as commands may ask of it. */
export interface Asked {
  readonly system: string;
  readonly program: Program;
  status(): Status;
  settledWithin(milliseconds: number, started: boolean): Promise<boolean>;
  history(since: number): readonly LiveEvent[];
  set(name: string, text: string): Either<readonly Diagnostic[], InputSet>;
  plan(text: string, inputs: readonly Assignment[], secrets: Versions): Promise<ResolvedPreview>;
  allowUnenforced(): void;
  unenforceable(operations: readonly Operation[]): readonly string[];
  apply(text: string): Taken;
  reload(): Taken;
  /** Counts what is done from now on, until the result is called. */
  countOperations(): () => Counted;
  /** Why the program of an automaton could not be started now; null where nothing is known to be in its way. */
  startRefusal(automaton: string): Failure | null;
  restart(automaton: string): Either<readonly Diagnostic[], InputSet>;
  remove(): Promise<readonly Failure[]>;
  readonly removalWarnings: readonly string[];
}

const messageOf = (operation: Operation): OperationMessage => {
  const { kind, automaton } = subject(operation);
  return { op: operation.op, kind, id: operation.key, automaton };
};

const changeOf = (
  { operations, failures, milliseconds, remaining }: Done,
  warnings: readonly string[] = [],
): ChangeMessage => ({
  operations: operations.map(messageOf),
  failures,
  warnings,
  milliseconds,
  remaining,
});

const refused = (diagnostics: readonly Diagnostic[]): Refusal => {
  const { message = "it has errors", hints } = errorsOf(diagnostics)[0] ?? {};
  const hint = hints?.[0]?.message;
  return { message, ...(hint === undefined ? {} : { hint }), diagnostics };
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
  if (text !== null) return right(text);
  const read = readSourceFile(own, live.program.workspace.limits.source);
  return isLeft(read) ? left({ message: `cannot read ${file}: ${read.left.reason}` }) : read;
};

/** Whether a resource may hold versions of secrets. */
const hasSecrets = ({ kind }: Resource): boolean => kind === "process" || kind === "files";

/** What changes came to, and how the system stands after that. */
const appliedOf = async (
  live: Asked,
  done: readonly Done[],
  warnings: readonly string[],
  waitMs: number | undefined,
  count: () => Counted,
): Promise<Result<"apply">> => {
  // What rolls is replaced after the change itself is done.
  const starts = done.some((each) => each.remaining > 0 || each.operations.some(startsProgram));
  const settled = waitMs === undefined || (await live.settledWithin(waitMs, starts));
  const { operations, milliseconds } = count();
  return {
    operations: operations.map(messageOf),
    failures: done.flatMap(({ failures }) => failures),
    warnings,
    milliseconds,
    status: live.status(),
    timedOut: !settled,
  };
};

/** The automaton that is to be restarted, or why it cannot be. */
const restartable = (program: Program, name: string): Either<Refusal, string> => {
  const explained = explainName(program, name);
  if (isLeft(explained)) return explained;
  const { automaton, part } = explained.right;
  if (part !== null)
    return left({
      message: `${name} is a part of ${automaton}`,
      hint: `all its instances are restarted together: architect restart ${automaton}`,
    });
  const found = automatonOf(program, automaton)?.member.automaton;
  if (found !== undefined && isExternal(found))
    return left({ message: `${automaton} runs elsewhere: it is not this system's to restart` });
  const runs = found?.runs ?? null;
  return runs === null
    ? left({ message: `nothing runs in ${automaton}: it has no clause \`runs\`` })
    : right(automaton);
};

export const handlersOf = (live: Asked): Handlers => ({
  history: (since) => live.history(since),

  ping: async () => right(null),

  status: async () => right(live.status()),

  set: async ({ name, text }) => {
    const taken = live.set(name, text);
    if (isLeft(taken)) return left(refused(taken.left));
    const { done, notKept } = taken.right;
    return right(changeOf(await done, warningsOf(await notKept)));
  },

  plan: async ({ program, secrets = {} }) => {
    const text = textOf(live, program);
    if (isLeft(text)) return text;
    const planned = await live.plan(text.right, program.inputs, secrets);
    if (hasErrors(planned.diagnostics)) return left(refused(planned.diagnostics));
    const operations = planned.operations.map((operation) => ({
      ...(hasSecrets(subject(operation)) ? undigested(operation) : operation),
      because: planned.reasons.get(operation.key) ?? [],
    }));
    return right({
      operations,
      stats: planned.stats,
      unenforceable: live.unenforceable(planned.operations),
      waiting: planned.waiting ?? [],
      unresolved: planned.unresolved,
    });
  },

  apply: async ({ program, waitMs, allowUnenforced }) => {
    const text = textOf(live, program);
    if (isLeft(text)) return text;
    if (allowUnenforced === true) live.allowUnenforced();
    const count = live.countOperations();
    const taken = live.apply(text.right);
    if (hasErrors(taken.diagnostics)) {
      count();
      return left(refused(taken.diagnostics));
    }
    const done = [await taken.done];
    const warnings: string[] = [];
    for (const { name, text: value } of program.inputs) {
      const set = live.set(name, value);
      if (isLeft(set)) {
        count();
        return left(refused(set.left));
      }
      done.push(await set.right.done);
      warnings.push(...warningsOf(await set.right.notKept));
    }
    return right(await appliedOf(live, done, warnings, waitMs, count));
  },

  restart: async ({ name, waitMs }) => {
    const automaton = restartable(live.program, name);
    if (isLeft(automaton)) return automaton;
    const refusal = live.startRefusal(automaton.right);
    if (refusal !== null)
      return left({ message: `${automaton.right} is not restarted: ${refusal.doing}: ${refusal.message}` });
    const count = live.countOperations();
    const taken = live.restart(automaton.right);
    if (isLeft(taken)) {
      count();
      return left(refused(taken.left));
    }
    const { done, notKept } = taken.right;
    return right(await appliedOf(live, [await done], warningsOf(await notKept), waitMs, count));
  },

  reload: async () => {
    const taken = live.reload();
    return hasErrors(taken.diagnostics)
      ? left(refused(taken.diagnostics))
      : right(changeOf(await taken.done));
  },

  explain: async ({ name }) => {
    const explanation = explainName(live.program, name);
    if (isLeft(explanation)) return explanation;
    const { automaton, part } = explanation.right;
    const all = live.status().automata.find((each) => each.name === automaton)?.instances ?? [];
    const instances =
      part === null ? all : part.kind === "port" ? [] : all.filter(({ index }) => index === part.index);
    return right({ ...explanation.right, instances });
  },

  readers: async ({ secret }) => right({ automata: readersOf(live.program.resources(), secret) }),

  down: async () => right({ failures: await live.remove(), warnings: live.removalWarnings }),
});
