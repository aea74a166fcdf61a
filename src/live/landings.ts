/** Operations that begin and end: whether each may be begun, and what follows from how it went. */
import type { BaseCase, Failure, Progress } from "../core/base.ts";
import { called } from "../core/called.ts";
import { type Operation, subject } from "../core/operation.ts";
import { hubKey } from "../core/resource.ts";
import { attend } from "./attend.ts";
import type { Pilot } from "./flights.ts";
import type { Change } from "./journal.ts";
import type { Parts } from "./parts.ts";

interface Ground {
  readonly parts: Parts;
  readonly base: BaseCase;
  readonly onProgress: (done: number, total: number, operation: Operation) => void;
  /** There is a hub that was not there before. */
  readonly hubMade: () => void;
  /** The world may not be as it is believed to be. */
  readonly doubted: (why: string) => void;
}

/** From so many refusals on, the reason may be that the world is not as it is believed to be. */
const doubtful = 3;

export class Landings implements Pilot {
  readonly #ground: Ground;
  #performed = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  may(one: Operation): boolean {
    const { troubles, wards, helm } = this.#ground.parts;
    const now = performance.now();
    if (troubles.until(one.key) > now) return false;
    const resource = subject(one);
    if (resource.kind !== "process") return true;
    if (one.op === "create") return wards.mayStart(one.key, now);
    if (one.op === "update") return helm.mayReplace(resource);
    return true;
  }

  starting({ after }: Operation): void {
    const { senses, wards } = this.#ground.parts;
    if (after?.kind !== "process") return;
    senses.forget(after.key);
    wards.starting(after.key, performance.now());
  }

  progress({ operation }: Progress): void {
    const { parts, onProgress } = this.#ground;
    this.#performed++;
    onProgress(this.#performed, this.#performed + parts.reconciler.diff.size, operation);
  }

  landed(operations: readonly Operation[], failures: readonly Failure[]): void {
    const { helm, turns } = this.#ground.parts;
    const refused = new Map(failures.map((failure) => [failure.key, failure]));
    let follows: Change | undefined;
    for (const one of operations) {
      const { automaton, kind } = subject(one);
      const failure = refused.get(one.key);
      if (failure === undefined) this.#wentWell(one);
      else this.#wasRefused(one, failure);
      if (automaton !== null && (kind === "process" || kind === "instance" || failure !== undefined)) {
        const headline = `${automaton} follows`;
        follows ??= turns.begin({ event: "applied", automaton, headline, causes: [] });
        helm.touch(automaton, helm.rollOf(automaton) ?? follows);
      }
    }
    helm.count();
    turns.soon();
  }

  #wasRefused({ key, after }: Operation, failure: Failure): void {
    const { troubles, wards, journal } = this.#ground.parts;
    const times = troubles.refused(failure, performance.now());
    if (times >= doubtful) this.#ground.doubted(`${called(key)} is refused again and again`);
    if (after?.kind === "process") wards.refused(key, `${failure.doing}: ${failure.message}`);
    journal.refused(failure);
  }

  #wentWell(one: Operation): void {
    const { parts, hubMade } = this.#ground;
    const { troubles, journal } = parts;
    const { automaton, kind } = subject(one);
    const earlier = troubles.performed(one.key);
    if (earlier !== null)
      journal.tell("recovered", automaton, `${one.key}: ${earlier.doing}: it went well now`);
    if (kind === "process") this.#processLanded(one);
    if (one.key === hubKey && one.op === "create") hubMade();
    journal.performed(one);
  }

  #processLanded({ key, after }: Operation): void {
    const { parts, base } = this.#ground;
    const { reconciler, scaling, wards } = parts;
    if (after?.kind !== "process") {
      wards.gone(key);
      return;
    }
    const running = base.running().get(key);
    // It may have ended already: then the event of its end has been here.
    if (running === undefined || reconciler.actual(key) === undefined) return;
    scaling.replaced(after.automaton, after.index);
    wards.started(key, running, false);
    attend(parts, after);
  }
}
