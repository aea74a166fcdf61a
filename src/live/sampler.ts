/** Measures, every second, what equations of a running system ask for. */
import { KernelError } from "../../runtime/kernel-error.ts";
import { instanceKey, processKey } from "../core/resource.ts";
import type { Orchestrator } from "./orchestrator.ts";
import { type Sampled, Sampling, sampleEveryMs } from "./sampling.ts";
import type { Load, Measured } from "./senses.ts";
import { automatonOf } from "./steering.ts";

export class Sampler {
  readonly #live: Orchestrator;
  readonly #sampling = new Sampling();
  readonly #timer: NodeJS.Timeout;

  constructor(live: Orchestrator) {
    this.#live = live;
    this.#timer = setInterval(() => this.sample(), sampleEveryMs);
    this.#timer.unref();
  }

  sample(): void {
    const asked = this.#asked();
    if (asked.length === 0) return;
    const all = asked.flatMap(({ instances }) => instances);
    const loads = this.#measure(all);
    if (loads === null) return;
    let next = 0;
    const samples = asked.map((one) => {
      const own = loads.slice(next, next + one.instances.length);
      next += one.instances.length;
      return { ...one, loads: own };
    });
    this.#live.observe(this.#sampling.take(samples, performance.now()));
  }

  /** Null where the hub went while it was asked: it will be there again for the next look. */
  #measure(all: readonly Measured[]): readonly Load[] | null {
    try {
      return this.#live.senses.measure(all);
    } catch (error) {
      if (error instanceof KernelError) return null;
      throw error;
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What is to be measured: only automata with equations over their own load. */
  #asked(): readonly Sampled[] {
    const { program, reconciler, wards, measured } = this.#live;
    const found: Sampled[] = [];
    for (const [automaton, cells] of measured) {
      const count = automatonOf(program, automaton)?.instances.count ?? 0;
      const instances = Array.from({ length: count }, (_, index) => {
        const instance = reconciler.actual(instanceKey(automaton, index));
        if (instance?.kind !== "instance") return [];
        return [{ instance, cells, running: wards.get(processKey(automaton, index))?.running ?? null }];
      }).flat();
      if (instances.length > 0) found.push({ automaton, instances });
    }
    return found;
  }
}
