/** Where the ports of external automata are, and why they cannot be reached, for their status. */
import { egressKey, hostPlace, isOutside, type Service } from "../../core/resource.ts";
import type { Elsewhere } from "../../language/value.ts";
import type { AutomatonStatus } from "../control/status.ts";
import type { Unstarted } from "../ledger/unstarted.ts";
import { automatonOf } from "../loop/automaton.ts";
import type { Machine } from "../loop/step.ts";
import { refusalOf } from "../policy/failures.ts";
import { type HostState, staleWords, unresolvedWords } from "../policy/resolution.ts";

type ElsewhereStatus = Pick<AutomatonStatus["services"][number], "at" | "addresses" | "reason">;

/** The port of a service of one automaton. */
export const portOf = (id: string): string => id.slice(id.lastIndexOf(".") + 1);

const whereOf = (at: Elsewhere, host: HostState | undefined): ElsewhereStatus => {
  switch (at._tag) {
    case "Anywhere":
      return { at: "anywhere", addresses: [], reason: null };
    case "OnHost":
      return { at: "host", addresses: [], reason: null };
    case "Address":
      return { at: at.address, addresses: [at.address], reason: null };
    case "HostName": {
      const { v4 = [], v6 = [] } = host?.resolved ?? {};
      // What nobody is wired to is not looked up.
      const words = (known: HostState): string | null =>
        known.resolved === null ? unresolvedWords(at.name, known) : staleWords(at.name, known);
      return { at: at.name, addresses: [...v4, ...v6], reason: host === undefined ? null : words(host) };
    }
  }
};

/** As its orchestrator knows it; nothing of a port of instances. */
export const elsewhereOf = ({ program, state }: Machine, { automaton, id }: Service): ElsewhereStatus => {
  const provides = id.includes("|") ? [] : (automatonOf(program, automaton)?.member.automaton.provides ?? []);
  const at = provides.find(({ name }) => name === portOf(id))?.at ?? null;
  if (at === null) return {};
  const found = whereOf(at, at._tag === "HostName" ? state.hosts.get(at.name) : undefined);
  return { ...found, reason: found.reason ?? refusalOf(state.failures.get(egressKey(id))) };
};

/** As the world shows it. `unstarted`: what the last orchestrator noted of what was not ready. */
export const elsewhereSeen = ({ id, endpoints }: Service, unstarted: Unstarted): ElsewhereStatus => {
  const outside = id.includes("|") ? [] : endpoints.filter(isOutside);
  const [first] = outside;
  if (first === undefined) return id in unstarted ? { addresses: [], reason: unstarted[id] ?? null } : {};
  if (first.address.v6 === hostPlace.v6) return { at: "host", addresses: [], reason: null };
  const addresses = (["v4", "v6"] as const).flatMap((family) =>
    outside.flatMap(({ address }) => address[family] ?? []),
  );
  return { at: first.host ?? addresses[0]!, addresses, reason: null };
};
