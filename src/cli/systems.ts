/** Which systems there are on this machine, and which one a command means. */
import { readdirSync } from "node:fs";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { refusedWith } from "../../runtime/kernel-error.ts";
import { namespaceNames } from "../../runtime/namespaces.ts";
import { SystemState, stateRoot } from "../../runtime/process/state.ts";
import { nearest } from "../core/nearest.ts";
import { ControlClient } from "../live/control/client.ts";
import type { Complaint } from "./complain.ts";

const hub = ".hub";

const directories = (): readonly string[] => {
  try {
    return readdirSync(stateRoot(), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (refusedWith(error, "ENOENT", "EACCES", "ENOTDIR")) return [];
    throw error;
  }
};

/** The systems that run, or of which something is left; by name. */
export const systems = (): readonly string[] => {
  // An ordinary user's namespaces are not among the machine's, and those are not his.
  const named = process.getuid?.() === 0 ? namespaceNames("") : [];
  const hubs = named.filter((name) => name.endsWith(hub) && !name.startsWith("."));
  return [...new Set([...hubs.map((name) => name.slice(0, -hub.length)), ...directories()])].sort();
};

const several = (names: readonly string[], how: string): Complaint => ({
  message: `there are several: ${names.join(", ")}`,
  hint: how,
});

/** The system of that name, or the only one. `how` says how one is named. */
export const chooseSystem = (name: string | null, how: string): Either<Complaint, string> => {
  const all = systems();
  if (name !== null) {
    if (all.includes(name)) return right(name);
    const meant = nearest(name, all);
    return left({
      message: `there is no system ${name} here`,
      ...(meant === null ? {} : { hint: `did you mean ${meant}?` }),
    });
  }
  if (all.length === 0)
    return left({ message: "no system runs here", hint: "start one: architect run FILE" });
  return all.length === 1 ? right(all[0]!) : left(several(all, how));
};

export interface Supervised {
  readonly system: string;
  readonly client: ControlClient;
}

/** The system of that name, or the only one, with its orchestrator. `so` says what the lack of one means. */
export const supervised = async (name: string | null, so: string): Promise<Either<Complaint, Supervised>> => {
  const chosen = chooseSystem(name, "name one with --system");
  if (isLeft(chosen)) return chosen;
  const system = chosen.right;
  const client = await ControlClient.open(new SystemState(system).directory);
  if (client !== null) return right({ system, client });
  return left({
    message: `nobody supervises ${system}, ${so}`,
    hint: "architect run FILE takes it over as it is",
  });
};
