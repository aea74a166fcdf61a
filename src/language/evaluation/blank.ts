/** What clauses begin with. */
import type { AutomatonValue } from "../value.ts";

const none: readonly never[] = [];
const nothing: ReadonlyMap<never, never> = new Map<never, never>();

/** An automaton that says nothing but its name. */
export const blank = (name: string, site: AutomatonValue["site"]): AutomatonValue => ({
  _tag: "Automaton",
  name,
  provides: none,
  requires: none,
  runs: null,
  once: false,
  schedule: null,
  env: nothing,
  files: nothing,
  reload: null,
  user: null,
  directory: null,
  state: none,
  scratch: nothing,
  secrets: none,
  limits: nothing,
  grants: none,
  readOnly: false,
  shares: none,
  instances: null,
  settle: null,
  health: null,
  restart: null,
  update: null,
  stop: null,
  start: null,
  hostname: null,
  resolves: null,
  after: none,
  site,
});
