/** Looks whether instances listen on their ports, and goes on looking: a listener may close again. */

import type { Cancel, Clock } from "../../../src/core/clock.ts";
import type { OnHealth, WantedPort } from "../../../src/core/monitor.ts";
import type { DualAddress, ResourceKey } from "../../../src/core/resource.ts";
import { InstanceSockets } from "../../observe/listening.ts";
import { missingWords } from "./missing.ts";
import { restingLookMs, secondLookMs, waitingLookMs } from "./pace.ts";

/** Where somebody has to listen. */
export interface ListeningTarget {
  readonly key: ResourceKey;
  readonly netns: string;
  readonly address: DualAddress;
  readonly ports: readonly WantedPort[];
}

/** What was found at the last look; `doubtful`: it listened before, and was not seen to at one look. */
type Found = "silent" | "listening" | "doubtful";

interface Watched extends ListeningTarget {
  sockets: InstanceSockets | null;
  found: Found;
  /** Whether it listened on everything at some time. */
  wasReady: boolean;
  /** Since when it has been silent. */
  since: number;
  problem: string | null;
  cancel: Cancel | null;
}

/** What is missing at a target, in words, without looking at it ever again; null where nothing is. */
export const lookOnce = (
  { netns, address, ports }: Omit<ListeningTarget, "key">,
  wasReady = false,
): string | null => {
  const sockets = new InstanceSockets(netns, address);
  try {
    return missingWords(sockets.look(ports), address, wasReady);
  } finally {
    sockets.close();
  }
};

export class ListeningProbe {
  readonly #watched = new Map<ResourceKey, Watched>();
  readonly #onHealth: OnHealth;
  readonly #isRunning: (key: ResourceKey) => boolean;
  readonly #clock: Clock;

  /** `isRunning`: whether the program of an instance runs, and not only what it has left behind. */
  constructor(onHealth: OnHealth, isRunning: (key: ResourceKey) => boolean, clock: Clock) {
    this.#onHealth = onHealth;
    this.#isRunning = isRunning;
    this.#clock = clock;
  }

  /** `isReady`: it is in service, as it was found; it is looked at all the same. */
  watch(target: ListeningTarget, isReady: boolean): void {
    this.forget(target.key);
    const watched: Watched = {
      ...target,
      sockets: null,
      found: isReady ? "listening" : "silent",
      wasReady: isReady,
      since: this.#clock.now(),
      problem: null,
      cancel: null,
    };
    this.#watched.set(target.key, watched);
    this.#lookAfter(watched, waitingLookMs(0, 1));
  }

  forget(key: ResourceKey): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    watched.cancel?.();
    watched.sockets?.close();
    this.#watched.delete(key);
  }

  close(): void {
    for (const key of [...this.#watched.keys()]) this.forget(key);
  }

  #lookAfter(watched: Watched, ms: number): void {
    watched.cancel = this.#clock.after(ms, () => this.#look(watched));
  }

  #look(watched: Watched): void {
    const now = this.#clock.now();
    const problem = this.#missing(watched);
    const before = watched.found;
    if (problem === null) watched.found = "listening";
    else if (before === "listening") watched.found = "doubtful";
    else watched.found = "silent";
    if (watched.found === "silent" && before !== "silent") watched.since = now;
    this.#lookAfter(watched, this.#pauseMs(watched, now));
    const isNews = watched.found !== before || problem !== watched.problem;
    if (!isNews || watched.found === "doubtful") return;
    watched.problem = problem;
    this.#tell(watched);
  }

  #tell(watched: Watched): void {
    const { key, found, wasReady, problem } = watched;
    if (found === "listening") watched.wasReady = true;
    const failures = problem === null ? 0 : 1;
    const tag = found === "listening" ? "ready" : wasReady ? "unhealthy" : "starting";
    this.#onHealth(key, { _tag: tag, failures }, problem);
  }

  #pauseMs({ found, since }: Watched, now: number): number {
    switch (found) {
      case "listening":
        return restingLookMs(this.#watched.size);
      case "doubtful":
        return secondLookMs;
      case "silent":
        return waitingLookMs(now - since, this.#watched.size);
    }
  }

  /** In words; null where nothing is missing. */
  #missing(watched: Watched): string | null {
    try {
      watched.sockets ??= new InstanceSockets(watched.netns, watched.address);
      const missing = missingWords(watched.sockets.look(watched.ports), watched.address, watched.wasReady);
      // A program that goes into the background leaves a process that listens, until the program's end is seen.
      if (missing === null && watched.found === "silent" && !this.#isRunning(watched.key))
        return "its program has ended";
      return missing;
    } catch (error) {
      // Its namespace is gone, or was replaced: drift detection reports that.
      watched.sockets?.close();
      watched.sockets = null;
      return error instanceof Error ? error.message : String(error);
    }
  }
}
