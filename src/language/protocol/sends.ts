/** Whether a provider ever says anything: what a message wire does not allow. */
import type { Session } from "./session.ts";

/** A choice that the provider makes is told to the other side, so it counts as sending. */
export const sends = (session: Session): boolean =>
  session.states.some((state) => state._tag === "Send" || state._tag === "Select");
