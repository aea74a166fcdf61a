/**
 * Programs of any size for measuring: automata in a row, each wired to the one before
 * or to one of a few hubs, some in several instances.
 */
export const automaton = (i: number, instances: number): string =>
  `automaton a${i} {
  provides api: Rpc on tcp ${1024 + (i % 60000)}
  ${i === 0 ? "" : "requires up: Rpc\n  "}runs exec ["node", "a${i}.js"]
  instances ${instances}
}`;

export const sample = (size: number, instances: (i: number) => number = (i) => 1 + (i % 3)): string => {
  const parts = ["protocol Rpc = mu t. &{ call: ?Bytes . !Bytes . t, quit: end }"];
  for (let i = 0; i < size; i++) parts.push(automaton(i, instances(i)));
  const wires = ["  a0,"];
  for (let i = 1; i < size; i++) wires.push(`  a${i}(up = a${i % 50 === 0 ? 0 : i - 1}),`);
  parts.push(`system sample = [\n${wires.join("\n")}\n]`);
  return `${parts.join("\n\n")}\n`;
};
