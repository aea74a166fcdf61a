/** Where the values of secrets are: in directories that only their user may enter, outside of what instances see. */
import { pathPart } from "../names.ts";
import { keptRoot, ownerPart } from "../process/kept/places.ts";
import { stateRoot } from "../process/state.ts";

/** No system's directory begins with a dot: see `ownerPart`. */
const top = (): string => `${keptRoot()}/.secrets`;

/** The key of all digests. */
export const keyFile = (): string => `${top()}/key`;

/** The values for the systems of one runtime directory. */
const ofRuntime = (runtimeRoot: string): string => `${top()}/${ownerPart(runtimeRoot)}`;

/** Of which systems a value is: of one, or of all (null) that have none of their own. */
export type SecretScope = string | null;

/** The directory of the values of a scope; each is a file of the secret's name. */
export const secretsOf = (scope: SecretScope, runtimeRoot: string = stateRoot()): string =>
  scope === null ? `${ofRuntime(runtimeRoot)}/all` : `${ofRuntime(runtimeRoot)}/systems/${pathPart(scope)}`;

/** The directory of the systems that have values of their own. */
export const systemsWithSecrets = (runtimeRoot: string = stateRoot()): string =>
  `${ofRuntime(runtimeRoot)}/systems`;

/** All directories from the store's own down to one in it. */
export const directoriesTo = (directory: string): readonly string[] => {
  const parts = directory.slice(top().length).split("/").slice(1);
  return [keptRoot(), top(), ...parts.map((_, i) => `${top()}/${parts.slice(0, i + 1).join("/")}`)];
};
