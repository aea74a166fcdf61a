/** Names inside the namespaces of a user. */

/** The network that rootless systems take for the host's: a mount below the user's own /run. */
export const hostNetwork = "/run/architect-host";

/** Tells a command that it was started inside: what it must find itself in. */
export const insideVariable = "ARCHITECT_INSIDE";

/** Where this command was told that it is; null for one that nobody has told anything. */
export const expectedPlace = (env: NodeJS.ProcessEnv = process.env): string | null =>
  env[insideVariable] || null;

/** Whether this process lives in namespaces that a holder holds. */
export const isInside = (): boolean => expectedPlace() !== null;
