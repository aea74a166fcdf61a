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

/** `12:01:02 repaired  link v3k2j of cart.0: 1 operation (+1) in 2.1 ms ← link v3k2j vanished` */
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
  const rest = room === null ? chain : cut(chain, Math.max(0, room - width(head)));
  return `${theme.quiet(clock)} ${paintOf(event, theme)(kind)} ${text}${theme.quiet(rest)}\n`;
};
