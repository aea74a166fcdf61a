/** What goes on being told to a stream, by a process that must not wait for a slow reader, nor keep all of it. */
import { counted } from "../core/tally.ts";
import type { Stream } from "./terminal.ts";

/**
 * A stream that leaves out what its reader is too slow for, and says how much that was as
 * soon as the reader has caught up.
 */
export const feed = (stream: Stream): Stream => {
  let missed = 0;
  const tell = (): void => {
    stream.write(`… ${counted(missed, "message was", "messages were")} left out: nobody read them\n`);
    missed = 0;
  };
  return {
    ...stream,
    write: (text) => {
      if (!stream.isFull()) return stream.write(text);
      if (missed++ === 0) void stream.drained().then(tell);
    },
  };
};
