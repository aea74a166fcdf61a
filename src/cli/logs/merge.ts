/** Lines of several logs as one: by the time at which they were written, those of one log in its own order. */
import { Heap } from "../../core/heap.ts";

interface Timed {
  /** In whole milliseconds. */
  readonly time: number;
}

/** Of lines of one time those of an earlier source come first. */
const sources = 4096;

export async function* merge<T extends Timed>(
  iterators: readonly AsyncIterator<T>[],
): AsyncGenerator<readonly [source: number, line: T]> {
  const heads = new Heap<readonly [number, T]>();
  const last = iterators.map(() => 0);
  const advance = async (source: number): Promise<void> => {
    const next = await iterators[source]!.next();
    if (next.done === true) return;
    // A clock that was set back changes no order within a log.
    const time = Math.max(last[source]!, Math.floor(next.value.time));
    last[source] = time;
    heads.push([source, next.value], time + Math.min(source, sources - 1) / sources);
  };
  for (const source of iterators.keys()) await advance(source);
  while (heads.size > 0) {
    const head = heads.pop();
    yield head;
    await advance(head[0]);
  }
}

/** The last so many of a stream, in order; all of it, as it comes, where there is no limit. */
export async function* lastOf<T>(lines: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  if (count === Number.POSITIVE_INFINITY) return yield* lines;
  const ring: T[] = [];
  let next = 0;
  for await (const line of lines) {
    if (count === 0) continue;
    ring[next % count] = line;
    next++;
  }
  for (let i = Math.max(0, next - count); i < next; i++) yield ring[i % count]!;
}
