/** For Graphviz: `dot -Tsvg`. */
import { countOf, entryText, type SystemGraph, splitPort } from "./model.ts";

const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

export const toDot = ({ system, automata, wires, publications }: SystemGraph): string =>
  [
    `digraph ${quoted(system)} {`,
    "  rankdir=LR;",
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...automata.map((one) => {
      const label = quoted(`${one.name} ${countOf(one)}`);
      return `  ${quoted(one.name)} [label=${label}${one.external === true ? ', style="rounded,dashed"' : ""}];`;
    }),
    ...publications.flatMap((one) => {
      const entry = quoted(entryText(one));
      const { to } = one;
      return [
        `  ${entry} [shape=plain];`,
        `  ${entry} -> ${quoted(splitPort(to).automaton)} [label=${quoted(splitPort(to).name)}];`,
      ];
    }),
    ...wires.map(({ from, to, kind }) => {
      const [a, b] = [splitPort(from), splitPort(to)];
      const label = a.name === b.name ? a.name : `${a.name} → ${b.name}`;
      const style = kind === "message" ? ", style=dashed" : "";
      return `  ${quoted(a.automaton)} -> ${quoted(b.automaton)} [label=${quoted(label)}${style}];`;
    }),
    "}\n",
  ].join("\n");
