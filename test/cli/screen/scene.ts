/** Systems for the screen to show. */
import { interrupt, type Key } from "../../../src/cli/screen/keys.ts";
import { begin, type Pressed, press, type ScreenState } from "../../../src/cli/screen/state.ts";
import type { AutomatonStatus, InstanceState, Status } from "../../../src/live/control/status.ts";

/** An automaton of a status: a state for each instance. */
export const automaton = (
  name: string,
  states: readonly InstanceState[],
  more: { readonly restarts?: number; readonly observed?: Record<string, number> } = {},
): AutomatonStatus => ({
  name,
  instances: states.map((state, index) => ({
    index,
    netns: `s.${name}.${index}`,
    addresses: [],
    pid: null,
    state,
    restarts: more.restarts ?? 0,
    reason: state === "backoff" ? "exited with 1" : null,
  })),
  services: [],
  ...(more.observed === undefined ? {} : { observed: more.observed }),
});

export const status = (automata: readonly AutomatonStatus[], more: Partial<Status> = {}): Status => ({
  system: "shop",
  state: "converged",
  problems: [],
  warnings: [],
  base: "memory",
  file: "/work/shop.arch",
  rejected: null,
  orchestrator: 1,
  automata,
  wires: [],
  publications: [],
  ...more,
});

const named: Readonly<Record<string, Key>> = { interrupt };

/** A key by its name in angle brackets, or by what it writes. */
const keyOf = (word: string): Key => {
  const name = /^<(.+)>$/.exec(word)?.[1];
  return name === undefined ? { name: word, text: word } : (named[name] ?? { name, text: "" });
};

/** What keys come to, pressed one after the other: `j`, `<down>`, `/`. */
export const pressed = (state: ScreenState | readonly Status[], keys: string, page = 10): Pressed => {
  let now: Pressed = { state: "length" in state ? begin(state) : state, request: null };
  for (const [word] of keys.matchAll(/<[^>]+>|[^ ]/g)) now = press(now.state, keyOf(word), page);
  return now;
};
