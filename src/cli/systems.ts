/** Which systems there are on this machine, and which one a command means. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { SystemState, stateRoot } from "../../runtime/process/state.ts";
import { baseKind, baseKinds, defaultBase } from "../bases.ts";
import type { BaseKind, FoundSystem } from "../core/base-kind.ts";
import { compareNames } from "../core/natural.ts";
import { nearest } from "../core/nearest.ts";
import type { Asked, ControlClient } from "../live/control/client.ts";
import type { Result, Verb } from "../live/control/messages.ts";
import { type Answering, reach } from "../live/control/reach.ts";
import type { ReportedError } from "./report-error.ts";
import { silent } from "./silent.ts";
import { systemDirectories } from "./system-directories.ts";

/** A system as the world shows it, and the base case in which it is. */
interface Shown extends FoundSystem {
  readonly kind: BaseKind;
}

const readSystems = async (): Promise<readonly Shown[]> => {
  const kinds = baseKinds().filter(({ outlives }) => outlives);
  const found = kinds.map(async (kind) =>
    (await kind.load()).systems(stateRoot()).map((system) => ({ ...system, kind })),
  );
  return (await Promise.all(found)).flat();
};

let reading: Promise<readonly Shown[]> | null = null;

/**
 * All that the worlds of all base cases show, of all owners. What ends with its process is not to be found. Who asks
 * for many systems at once reads the world once.
 */
const shownSystems = (): Promise<readonly Shown[]> => {
  reading ??= readSystems().finally(() => {
    reading = null;
  });
  return reading;
};

/** The systems that run, or of which something is left; by name. */
export const systems = async (): Promise<readonly string[]> => {
  const own = (await shownSystems()).filter(({ isOwn }) => isOwn);
  return [...new Set([...own.map(({ system }) => system), ...systemDirectories()])].sort(compareNames);
};

/** The base case in which a system is; where none shows it, the default. */
export const kindOf = async (name: string): Promise<BaseKind> => {
  const found = (await shownSystems()).find(({ system, isOwn }) => isOwn && system === name);
  return found?.kind ?? baseKind(defaultBase)!;
};

/** The base cases of systems; where there are none, the default, in which an ordinary user's may be. */
export const withDefault = (kinds: readonly BaseKind[]): readonly BaseKind[] =>
  kinds.length > 0 ? kinds : [baseKind(defaultBase)!];

/** Where there is a system that is another owner's: how to reach it. */
export const elsewhere = async (name: string | null): Promise<{ readonly hint?: string }> => {
  const first = (await shownSystems()).find(
    ({ system, isOwn }) => (name === null || system === name) && !isOwn,
  );
  if (first === undefined) return {};
  const { system, root } = first;
  return {
    hint:
      root === stateRoot()
        ? `another ${system} is kept in a ${root} that is mounted elsewhere`
        : `another ${system} is kept in ${root}: set ARCHITECT_RUNTIME_DIR=${root}`,
  };
};

const several = (names: readonly string[], how: string): ReportedError => ({
  message: `there are several: ${names.join(", ")}`,
  hint: how,
});

/** The system of that name, or the only one. `how` says how one is named. */
export const chooseSystem = async (
  name: string | null,
  how: string,
): Promise<Either<ReportedError, string>> => {
  const all = await systems();
  if (name !== null) {
    if (all.includes(name)) return right(name);
    const meant = nearest(name, all);
    return left({
      message: `there is no system ${name} here`,
      ...(meant === null ? await elsewhere(name) : { hint: `did you mean ${meant}?` }),
    });
  }
  if (all.length === 0)
    return left({
      message: "no system runs here",
      hint: "start one: architect run FILE",
      ...(await elsewhere(null)),
    });
  return all.length === 1 ? right(all[0]!) : left(several(all, how));
};

export interface Supervised {
  readonly system: string;
  readonly client: ControlClient;
  readonly ask: <V extends Verb>(verb: V, asked: Asked<V>) => Promise<Either<ReportedError, Result<V>>>;
}

/** An orchestrator that answers, for one system. */
export const supervisedBy = (system: string, { client, wait }: Answering): Supervised => ({
  system,
  client,
  ask: async (verb, asked) => {
    const answer = await wait(client.ask(verb, asked));
    return isLeft(answer) ? left(silent(system, answer.left)) : answer.right;
  },
});

/** The orchestrator of a system; null where none answers. The caller closes its client. */
export const orchestratorOf = async (system: string): Promise<Supervised | null> => {
  const reached = await reach(new SystemState(system)).catch(() => null);
  return reached?._tag === "Answering" ? supervisedBy(system, reached) : null;
};

/**
 * The system of that name, or the only one, with its orchestrator. `so` says what the lack of one means, and
 * `instead` what may be done without one.
 */
export const supervised = async (
  name: string | null,
  so: string,
  instead: (system: string) => string,
): Promise<Either<ReportedError, Supervised>> => {
  const chosen = await chooseSystem(name, "name one with --system");
  if (isLeft(chosen)) return chosen;
  const system = chosen.right;
  const reached = await reach(new SystemState(system));
  switch (reached._tag) {
    case "Answering":
      return right(supervisedBy(system, reached));
    case "Silent":
      return left(silent(system, reached));
    case "Absent":
      return left({
        message: `nobody supervises ${system}, ${so}`,
        hint: `${instead(system)}; architect run FILE takes it over as it is`,
      });
  }
};
