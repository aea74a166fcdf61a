/** The system that a command is about. */
import type { ReplContext } from "../context.ts";

/** Null after saying why there is none. */
export const systemOf = (context: ReplContext): string | null => {
  const { session, system } = context;
  if (session.isBroken) {
    context.diagnose(session.wrong);
    return null;
  }
  if (system === null) context.output.reportError("there is no system", "write `system NAME = …`");
  return system;
};
