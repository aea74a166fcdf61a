/** What happens in a running system, a line an event. */
import { visibleLine } from "../../core/visible.ts";
import type { LiveEvent } from "../../live/control/messages.ts";
import { cut, fill, width, wrap } from "./text.ts";
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
    case "unresolved":
    case "waiting":
    case "warning":
      return theme.busy;
    case "accepted":
    case "converged":
    case "ready":
    case "repaired":
    case "restarted":
    case "resolved":
      return theme.good;
    default:
      return theme.name;
  }
};

/** As wide as what stands before the text of an event. */
export const indent = " ".repeat(19);

/** Where fewer columns are left for a text it is not broken: the terminal breaks it better. */
const leastText = 20;

/**
 * `12:01:02 repaired  link v3k2j of cart.0: 1 operation (+1) in 2.1 ms ← link v3k2j vanished`
 * A text that does not fit is broken at blanks, and causes that do not fit stand in a line of their own.
 * `whole`: in as many lines as they need, and long words are broken, too.
 */
export const renderEvent = (
  { time, event, text: said, causes }: LiveEvent,
  room: number | null,
  theme: Theme,
  whole = false,
): string => {
  const clock = new Date(time).toTimeString().slice(0, 8);
  const kind = event.padEnd(9);
  const text = visibleLine(said);
  const head = `${clock} ${kind} ${text}`;
  const chain = causes
    .toReversed()
    .map((cause) => ` ← ${visibleLine(cause)}`)
    .join("");
  const left = room === null ? 0 : room - indent.length;
  const broken = (of: string): readonly string[] =>
    left < leastText ? [of] : (whole ? fill : wrap)(of, left);
  const lines = broken(text);
  const line = `${theme.quiet(clock)} ${paintOf(event, theme)(kind)} ${lines.join(`\n${indent}`)}`;
  if (room === null || width(head) + width(chain) <= room) return `${line}${theme.quiet(chain)}\n`;
  const causesText = chain.trimStart();
  const below = whole ? broken(causesText) : [cut(causesText, Math.max(0, left))];
  return [line, ...below.filter((each) => each !== "").map((each) => indent + theme.quiet(each))]
    .map((each) => `${each}\n`)
    .join("");
};
