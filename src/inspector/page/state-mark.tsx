/** A state as a colour and a shape, so that it is told also without colours. */
import type { RowState } from "../row.ts";

const shapes: { readonly [S in RowState]: string } = {
  ready: "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z",
  done: "M3 8.5 6.5 12 13 5",
  running: "M5 3v10l8-5z",
  scheduled: "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3l2 2",
  elsewhere: "M4 12 12 4M6 4h6v6",
  starting: "M8 3a5 5 0 1 0 5 5",
  draining: "M3 4h10L8 13z",
  stopped: "M4 4h8v8H4z",
  none: "M4 8h8",
  unhealthy: "M8 2 14 13H2z",
  backoff: "M8 2 14 8 8 14 2 8z",
  failed: "M4 4l8 8M12 4l-8 8",
};

const open: ReadonlySet<RowState> = new Set(["done", "scheduled", "elsewhere", "starting", "none", "failed"]);

/** The mark of a state. */
export const StateMark = ({ state }: { state: RowState }) => (
  <svg
    class={`mark ${state}${open.has(state) ? " open" : ""}`}
    viewBox="0 0 16 16"
    role="img"
    aria-label={state}
  >
    <title>{state}</title>
    <path d={shapes[state]} />
  </svg>
);
