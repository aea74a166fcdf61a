/** A composition as a small drawing: clients at the left, providers at the right. */

import type { Theme } from "../cli/render/theme.ts";
import { portsText } from "../core/port-range.ts";
import type { WireFact } from "../language/composition/composition.ts";
import { leaves } from "../language/composition/facts.ts";
import { hostPortsOf } from "../language/member.ts";
import type { CompositionValue } from "../language/value.ts";

/** More lines than these are cut off. */
const most = 60;

interface Graph {
  readonly names: readonly string[];
  readonly wires: ReadonlyMap<string, readonly WireFact[]>;
  readonly asked: ReadonlySet<string>;
  readonly published: ReadonlyMap<string, readonly string[]>;
}

const graphOf = ({ composition }: CompositionValue): Graph => {
  const names = new Set<string>();
  const wires = new Map<string, Map<string, WireFact>>();
  const asked = new Set<string>();
  const published = new Map<string, Set<string>>();
  for (const fact of leaves(composition.facts)) {
    if (fact._tag === "Member") names.add(fact.automaton.name);
    else if (fact._tag === "Wire") {
      const own = wires.get(fact.from) ?? new Map<string, WireFact>();
      own.set(fact.requirement, fact);
      wires.set(fact.from, own);
      for (const { automaton } of fact.to) asked.add(automaton);
    } else
      for (const { automaton } of fact.to)
        published.set(
          automaton,
          (published.get(automaton) ?? new Set()).add(portsText(hostPortsOf(fact.hostPort, fact.to))),
        );
  }
  return {
    names: [...names],
    wires: new Map([...wires].map(([name, own]) => [name, [...own.values()]])),
    asked,
    published: new Map([...published].map(([name, ports]) => [name, [...ports]])),
  };
};

/** Trees that begin at automata without clients; what was drawn before is not drawn again. */
export const drawing = (value: CompositionValue, theme: Theme): string => {
  const { names, wires, asked, published } = graphOf(value);
  const drawn = new Set<string>();
  const lines: string[] = [];
  const ports = (name: string): string =>
    (published.get(name) ?? []).map((port) => theme.quiet(` ◂ host port ${port}`)).join("");
  const visit = (name: string, indent: string): void => {
    if (lines.length > most || drawn.has(name)) return;
    drawn.add(name);
    const own = wires.get(name) ?? [];
    own.forEach(({ requirement, kind, to }, i) => {
      const last = i === own.length - 1;
      const arrow = kind === "request" ? "=>" : "->";
      const target = to.map(({ automaton, port }) => `${theme.name(automaton)}.${port}`).join(" | ");
      const again = to.every(({ automaton }) => drawn.has(automaton) && wires.has(automaton));
      const note = again ? theme.quiet(" (above)") : to.map(({ automaton }) => ports(automaton)).join("");
      lines.push(`${indent}${last ? "└─" : "├─"} ${requirement} ${theme.keyword(arrow)} ${target}${note}`);
      // Deeper than this it no longer fits any terminal; what is left out here is drawn below.
      if (indent.length < 60)
        for (const { automaton } of to) visit(automaton, `${indent}${last ? "   " : "│  "}`);
    });
  };
  const heads = names.filter((name) => !asked.has(name));
  // Behind automata without clients come circles, which have no beginning.
  for (const name of [...heads, ...names]) {
    if (drawn.has(name)) continue;
    lines.push(`${theme.heading(name)}${ports(name)}`);
    visit(name, "");
    if (lines.length > most) break;
  }
  return `${(lines.length > most ? [...lines.slice(0, most), theme.quiet("…")] : lines).join("\n")}\n`;
};
