/** Measuring, every second, what equations ask for; and taking what was measured. */
import { cellWords, parseCell } from "../../core/cell-key.ts";
import { processKey } from "../../core/resource.ts";
import { type Sampled, type Setting, sampleEveryMs, takeSamples } from "../policy/load.ts";
import { automatonOf } from "./automaton.ts";
import { beginChange } from "./changes.ts";
import type { Input } from "./input.ts";
import { setCells } from "./program.ts";
import { existing, processState, type Step } from "./state.ts";
import { soon, touch } from "./turn.ts";

/** Asks for the load if it is time to. */
export const measureDue = (step: Step): void => {
  const { state, now } = step;
  const { samples } = state;
  if (samples.at === null || samples.at > now) return;
  state.samples = { ...samples, at: null };
  const asked = whatToMeasure(step);
  if (asked.length > 0) step.emit({ _tag: "MeasureLoad", asked });
};

/** When load is to be measured next; infinite: not at all. */
export const measureAt = ({ state, now }: Step): number => {
  if (state.measured.size === 0) return Number.POSITIVE_INFINITY;
  const at = state.samples.at ?? now + sampleEveryMs;
  state.samples = { ...state.samples, at };
  return at;
};

/** Only automata with equations over their own load. */
const whatToMeasure = ({ state, program }: Step): readonly Sampled[] => {
  const found: Sampled[] = [];
  for (const automaton of state.measured) {
    const cells = state.automata.get(automaton)!.load;
    const count = automatonOf(program, automaton)?.instances.count ?? 0;
    const instances = Array.from({ length: count }, (_, index) => {
      const instance = existing(state, automaton, index);
      if (instance === null) return [];
      return [
        { instance, cells, running: processState(state, processKey(automaton, index))?.running ?? null },
      ];
    }).flat();
    if (instances.length > 0) found.push({ automaton, instances });
  }
  return found;
};

export const loadSampled = (step: Step, { asked, loads }: Input & { readonly _tag: "LoadSampled" }): void => {
  if (loads === null) return;
  let next = 0;
  const taken = asked.map((one) => {
    const own = loads.slice(next, next + one.instances.length);
    next += one.instances.length;
    return { ...one, loads: own };
  });
  const { samples, settings } = takeSamples(step.state.samples, taken, step.now);
  step.state.samples = samples;
  loadObserved(step, settings);
};

/** Takes what was measured: cells and their values. */
export const loadObserved = (step: Step, settings: readonly Setting[]): void => {
  if (settings.length === 0) return;
  const words = settings.map(([cell, value]) => `${cellWords(cell)} is ${value}`);
  const headline = words.length > 3 ? `${words[0]}, and ${words.length - 1} more` : words.join(", ");
  const change = beginChange(step, { event: "scaled", automaton: null, headline, causes: [] });
  setCells(step, settings, change);
  for (const [key] of settings) {
    const cell = parseCell(key);
    if (cell._tag === "Observed" && cell.automaton !== null) touch(step, cell.automaton, change);
  }
  soon(step);
};
