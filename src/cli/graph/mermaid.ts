/** For Mermaid, as Markdown viewers draw it. */
import { countOf, entryText, type SystemGraph, splitPort } from "./model.ts";

/** Text that Mermaid shows as it is. */
const quoted = (text: string): string =>
  `"${text.replaceAll("&", "#amp;").replaceAll('"', "#quot;").replaceAll("<", "#lt;").replaceAll(">", "#gt;")}"`;

export const toMermaid = ({ automata, wires, publications }: SystemGraph): string => {
  // Names may be words of Mermaid's own, so nodes are numbered.
  const ids = new Map(automata.map(({ name }, index) => [name, `a${index}`] as const));
  return [
    "flowchart LR",
    ...automata.map((one) => `  ${ids.get(one.name)}[${quoted(`${one.name} ${countOf(one)}`)}]`),
    ...publications.map(
      (one, index) =>
        `  p${index}([${quoted(entryText(one))}]) -->|${quoted(splitPort(one.to).name)}| ${ids.get(splitPort(one.to).automaton)}`,
    ),
    ...wires.map(({ from, to, kind }) => {
      const [a, b] = [splitPort(from), splitPort(to)];
      const label = a.name === b.name ? a.name : `${a.name} → ${b.name}`;
      return `  ${ids.get(a.automaton)} ${kind === "message" ? "-.->" : "-->"}|${quoted(label)}| ${ids.get(b.automaton)}`;
    }),
    "",
  ].join("\n");
};
