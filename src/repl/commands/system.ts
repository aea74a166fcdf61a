/** The system that a command is about. */
import type { Desk } from "../desk.ts";

/** Null after saying why there is none. */
export const systemOf = (desk: Desk): string | null => {
  const { session, system } = desk;
  if (session.isBroken) {
    desk.diagnose(session.wrong);
    return null;
  }
  if (system === null) desk.voice.complain("there is no system", "write `system NAME = …`");
  return system;
};
