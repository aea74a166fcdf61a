/** What happens without having been asked for: in the world, and to those who are looked after. */
import type { WorldEvent } from "../core/base.ts";
import { called } from "../core/called.ts";
import { processKey, type ResourceKey } from "../core/resource.ts";
import type { Change } from "./journal.ts";
import type { Parts } from "./parts.ts";
import type { OnCheckup } from "./senses.ts";
import { endedWords } from "./wards.ts";

type Drift = WorldEvent & { readonly _tag: "drift" };
type Exit = WorldEvent & { readonly _tag: "exit" };

const nameOf = ({ automaton, index }: { readonly automaton: string; readonly index: number }): string =>
  `${automaton}.${index}`;

export class Happenings {
  readonly #parts: Parts;
  /** What drifted in one turn, as one change. */
  #repair: { readonly turn: number; readonly change: Change } | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  inWorld(event: WorldEvent): void {
    const { turns } = this.#parts;
    if (turns.isClosed) return;
    switch (event._tag) {
      case "drift":
        if (this.#isNews(event)) this.#drifted(event);
        return;
      case "exit":
        this.#exited(event);
        return;
    }
  }

  /** What a probe said. */
  checkup(...[key, health, problem]: Parameters<OnCheckup>): void {
    const { wards, journal, turns, reconciler, helm } = this.#parts;
    if (turns.isClosed || !wards.checked(key, health, problem)) return;
    const { process, phase } = wards.get(key)!;
    const name = nameOf(process);
    const causes = [...(problem === null ? [] : [`${name}: ${problem}`])];
    journal.tell(phase, process.automaton, `${name} is ${phase}`, causes);
    const change = turns.begin({
      event: "services",
      automaton: process.automaton,
      headline: phase === "ready" ? `${name} takes connections` : `${name} takes no new connections`,
      causes,
    });
    if (phase === "unhealthy" && wards.failing(key, performance.now())) {
      reconciler.spoil(key);
      turns.own(key, change);
    }
    helm.touch(process.automaton, change);
    turns.soon();
  }

  /** That something is gone is none where nothing was known of it. */
  #isNews({ key, now }: Drift): boolean {
    const { reconciler } = this.#parts;
    return now !== null || reconciler.actual(key) !== undefined || reconciler.isBusy(key);
  }

  #drifted({ key, what, now }: Drift): void {
    const { reconciler, troubles, journal, turns, wards, helm } = this.#parts;
    troubles.drifted(key, what, performance.now());
    const automaton = (reconciler.desired(key) ?? reconciler.actual(key))?.automaton ?? null;
    journal.tell("drift", automaton, what);
    const repair = this.#repairOf(key, automaton, what);
    reconciler.saw(key, now);
    turns.own(key, repair);
    const resource = reconciler.desired(key);
    if (resource?.kind === "process" && now === null) wards.gone(key);
    if (resource?.kind === "instance") turns.own(processKey(resource.automaton, resource.index), repair);
    if (automaton !== null) helm.touch(automaton, repair);
    turns.soon();
  }

  #repairOf(key: ResourceKey, automaton: string | null, what: string): Change {
    const { turns } = this.#parts;
    if (this.#repair?.turn === turns.count) {
      const { change } = this.#repair;
      const causes = [...change.cause.causes, what];
      change.cause = { ...change.cause, headline: `${causes.length} resources are repaired`, causes };
      return change;
    }
    const headline = `${called(key)} is repaired`;
    const change = turns.begin({ event: "repaired", automaton, headline, causes: [what] });
    this.#repair = { turn: turns.count, change };
    return change;
  }

  #exited({ key, pid, code, signal }: Exit): void {
    const { reconciler, senses, journal, turns, wards, helm } = this.#parts;
    const ward = wards.get(key);
    if (ward !== undefined && (ward.running === null || ward.running.pid === pid)) {
      const { automaton } = ward.process;
      wards.ended(key, { code, signal }, performance.now());
      senses.forget(key);
      reconciler.saw(key, null);
      const what = `${nameOf(ward.process)} ${endedWords({ code, signal })}`;
      journal.tell("exit", automaton, what);
      const headline = `${nameOf(ward.process)} is restarted`;
      const change = turns.begin({ event: "restarted", automaton, headline, causes: [what] });
      turns.own(key, change);
      helm.touch(automaton, change);
    }
    turns.soon();
  }
}
