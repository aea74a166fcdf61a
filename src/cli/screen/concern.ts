/** Which events concern an automaton. Pure. */
import type { LiveEvent } from "../../live/control/messages.ts";

/** Events that tell of the system as a whole. What looks like a name in them may be of a file. */
const ofSystem: ReadonlySet<string> = new Set(["accepted", "applied", "converged", "converging", "rejected"]);

/** `db` in `process db.0: …`, and neither in `db2`, `my-db`, nor `/srv/db`. */
const mentions = (text: string, name: string): boolean => {
  const literal = name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_./-])${literal}(?![\\p{L}\\p{N}_/-])`, "u").test(text);
};

/** The parts of a text that name the automaton, or nobody; a part without a name belongs to the one before it. */
const partsFor = (text: string, automaton: string, names: ReadonlySet<string>): readonly string[] => {
  let isKept = true;
  return text.split("; ").filter((part) => {
    const isNamed = mentions(part, automaton);
    if (isNamed || [...names].some((name) => mentions(part, name))) isKept = isNamed;
    return isKept;
  });
};

/**
 * An event as the events of an automaton show it; null where it does not concern it. Of what is said of the system
 * as a whole, as all its problems in one event, only what names the automaton, or no automaton, is kept.
 * `names`: of all automata that are known.
 */
export const concerning = (
  event: LiveEvent,
  automaton: string,
  names: ReadonlySet<string>,
): LiveEvent | null => {
  if (event.automaton !== null) return event.automaton === automaton ? event : null;
  if (ofSystem.has(event.event)) return event;
  const parts = partsFor(event.text, automaton, names);
  return parts.length === 0 ? null : { ...event, text: parts.join("; ") };
};
