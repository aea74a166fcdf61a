/** What happened, the latest first, each with what it came from. */
import { useSignal } from "@preact/signals";
import type { LiveEvent } from "../../live/control/messages.ts";
import { events, selected } from "./store.ts";

/** So many are drawn; a click shows more. */
const page = 200;

const bad: ReadonlySet<string> = new Set(["failed", "degraded", "unhealthy", "rejected"]);
const good: ReadonlySet<string> = new Set([
  "converged",
  "ready",
  "repaired",
  "restarted",
  "resolved",
  "applied",
]);

const Event = ({ event }: { event: LiveEvent }) => (
  <li class="event">
    <time dateTime={event.time}>{new Date(event.time).toTimeString().slice(0, 8)}</time>
    <span class={`kind ${bad.has(event.event) ? "wrong" : good.has(event.event) ? "well" : ""}`}>
      {event.event}
    </span>
    <span class="text">
      {event.text}
      {event.causes.toReversed().map((cause) => (
        <span key={cause} class="cause">
          ← {cause}
        </span>
      ))}
      {event.log === undefined || event.log.length === 0 ? null : <pre>{event.log.join("\n")}</pre>}
    </span>
  </li>
);

/** Of the chosen automaton, or of all. */
export const Events = () => {
  const all = useSignal(false);
  const most = useSignal(page);
  const of = all.value ? null : selected.value;
  const meant = events.value.filter(({ automaton }) => of === null || automaton === of || automaton === null);
  const latest = meant.slice(-most.value).toReversed();
  return (
    <div class="events">
      {selected.value === null ? null : (
        <label class="filter">
          <input type="checkbox" checked={all.value} onChange={() => (all.value = !all.value)} /> of all
          automata
        </label>
      )}
      {latest.length === 0 ? <p class="nothing">Nothing has happened yet.</p> : null}
      <ol>
        {latest.map((event, i) => (
          <Event key={meant.length - i} event={event} />
        ))}
      </ol>
      {meant.length > latest.length ? (
        <button type="button" onClick={() => (most.value += page)}>
          Show {Math.min(page, meant.length - latest.length)} earlier ones
        </button>
      ) : null}
    </div>
  );
};
