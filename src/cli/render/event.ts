/** What happens in a running system, a line an event. */
import type { LiveEvent } from "../../live/control/messages.ts";
import { cut, width } from "./text.ts";
import type { Paint, Theme } from "./theme.ts";

const paintOf = (event: string, theme: Theme): Paint => {
  switch (event) {
    case "failed":
    case "degraded":
    case "unhealthy":
      return theme.bad;
    case "drift":
    case "exit":
    case "backoff":
      return theme.busy;
    case "converged":
    case "ready":
    case "repaired":
    case "restarted":
      return theme.good;
    default:
      return theme.name;
  }
};

/** As wide as what stands before the text of an event. */
const indent = " ".repeat(19);

/**
 * `12:01:02 repaired  link v3k2j of cart.0: 1 operation (+1) in 2.1 ms ← link v3k2j vanished`
 * Causes that do not fit stand in a line of their own.
 */
export const renderEvent = (
  { time, event, text, causes }: LiveEvent,
  room: number | null,
  theme: Theme,
): string => {
  const clock = new Date(time).toTimeString().slice(0, 8);
  const kind = event.padEnd(9);
  const head = `${clock} ${kind} ${text}`;
  const chain = causes
    .toReversed()
    .map((cause) => ` ← ${cause}`)
    .join("");
  const line = `${theme.quiet(clock)} ${paintOf(event, theme)(kind)} ${text}`;
  if (room === null || width(head) + width(chain) <= room) return `${line}${theme.quiet(chain)}\n`;
  const below = cut(chain.trimStart(), Math.max(0, room - indent.length));
  return below === "" ? `${line}\n` : `${line}\n${indent}${theme.quiet(below)}\n`;
};
