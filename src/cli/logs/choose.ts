/** Which logs are meant: of a system that runs, or of one that is gone and whose logs are kept. */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { keptLogs, keptRoot, keptSystems } from "../../../runtime/process/log/kept.ts";
import { whyUnkept } from "../../../runtime/process/log/unkept.ts";
import { stateRoot } from "../../../runtime/process/state.ts";
import { compareNames } from "../../core/natural.ts";
import { hostName } from "../../language/host-name.ts";
import type { InstanceReference } from "../option-schema.ts";
import { findAt, findIn } from "../places.ts";
import type { ReportedError } from "../report-error.ts";
import { chooseSystem, systems } from "../systems.ts";
import { type Log, logName, logsOf } from "./find.ts";

export interface Asked {
  /** An automaton, an instance of it, or a system. Null: everything. */
  readonly automaton: InstanceReference | null;
  readonly system: string | null;
}

export interface FoundLogs {
  /** In the order of their names. */
  readonly logs: readonly Log[];
  readonly system: string;
  /** What of the system is meant; null: all of it. */
  readonly place: InstanceReference | null;
  /** When the system was taken away, in milliseconds since 1970; null: it was not. */
  readonly keptAt: number | null;
}

const byName = (a: Log, b: Log): number => compareNames(logName(a), logName(b));

const chosen = (
  logs: readonly Log[],
  place: InstanceReference | null,
  keptAt: number | null = null,
): FoundLogs => ({
  logs: [...logs].sort(byName),
  system: logs[0]!.system,
  place,
  keptAt,
});

const allOf = async (system: string): Promise<Either<ReportedError, FoundLogs>> => {
  const found = await logsOf(system);
  return found.length > 0
    ? right(chosen(found, null))
    : left({ message: `nothing in ${system} has printed anything` });
};

/** A name that could be a system's. */
const bare = (place: InstanceReference | null): string | null =>
  place?.index === null ? place.automaton : null;

/** Of what runs. */
const fromRunning = async ({ automaton, system }: Asked): Promise<Either<ReportedError, FoundLogs>> => {
  if (automaton !== null) {
    const found = await findAt(automaton, system, logsOf);
    if (!isLeft(found)) return right(chosen(found.right, automaton));
    const name = bare(automaton);
    return system === null && name !== null && (await systems()).includes(name) ? allOf(name) : found;
  }
  const one = await chooseSystem(system, "name one with --system");
  return isLeft(one) ? one : allOf(one.right);
};

const keptOf = (system: string): readonly Log[] =>
  (keptLogs(keptRoot(stateRoot()), system)?.all ?? []).map((log) => ({ ...log, system }));

const asKept = (logs: readonly Log[], place: InstanceReference | null): FoundLogs =>
  chosen(logs, place, keptLogs(keptRoot(stateRoot()), logs[0]!.system)?.keptAt ?? null);

/** Of systems that are gone; null where nothing is kept of what is meant. */
const fromKept = async ({ automaton, system }: Asked): Promise<Either<ReportedError, FoundLogs> | null> => {
  const running = await systems();
  const kept = keptSystems(keptRoot(stateRoot())).filter(
    (name) => !running.includes(name) && (system === null || name === system) && keptOf(name).length > 0,
  );
  const name = bare(automaton);
  if (automaton !== null && !(system === null && name !== null && kept.includes(name))) {
    const having = kept.filter((each) => keptOf(each).some((log) => log.automaton === automaton.automaton));
    if (having.length === 0) return null;
    const found = await findIn(having, automaton, async (each) => keptOf(each));
    return isLeft(found) ? found : right(asKept(found.right, automaton));
  }
  const meant = automaton === null ? kept : [name!];
  if (meant.length === 0) return null;
  if (meant.length > 1)
    return left({
      message: `no system runs here; logs are kept of ${[...meant].sort(compareNames).join(", ")}`,
      hint: `name one: architect logs ${meant[0]}`,
    });
  return right(asKept(keptOf(meant[0]!), null));
};

/** Whether what is meant is of a system that runs, so that nothing that is gone can be meant. */
const isRunning = async ({ automaton, system }: Asked): Promise<boolean> => {
  const running = (await systems()).filter((name) => system === null || name === system);
  if (automaton === null) return running.length > 0;
  const logs = (await Promise.all(running.map(logsOf))).flat();
  return logs.some((log) => hostName(log.automaton) === hostName(automaton.automaton));
};

/** The logs that are meant: at least one. */
export const chooseLogs = async (asked: Asked): Promise<Either<ReportedError, FoundLogs>> => {
  const found = await fromRunning(asked);
  if (!isLeft(found) || (await isRunning(asked))) return found;
  const kept = await fromKept(asked);
  if (kept !== null) return kept;
  const unkept = whyUnkept(keptRoot(stateRoot()));
  if (unkept === null) return found;
  return left({ ...found.left, hint: `logs of systems that are gone cannot be kept: ${unkept}` });
};

/** The logs that there are now of what was found, in the system in which it was found; none while that does not run. */
export const logsNow = async ({ system, place }: FoundLogs): Promise<readonly Log[]> => {
  const all = await logsOf(system);
  const meant = (log: Log): boolean =>
    place === null ||
    (hostName(log.automaton) === hostName(place.automaton) &&
      (place.index === null || log.index === place.index));
  return all.filter(meant).sort(byName);
};
