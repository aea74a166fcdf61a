/** Random goals for a program as it stands. */
import type { Goal } from "../../src/edits/goal.ts";
import { countOf } from "../../src/edits/reached.ts";
import type { AutomatonMember } from "../../src/language/member.ts";
import type { Program } from "../../src/program/program.ts";
import type { Random } from "../random.ts";

const kinds = [
  ...["Scale", "Scale", "Set", "Set", "SetInput", "Rename", "Delete", "Delete"],
  ...["DeleteWire", "DeletePublication", "Wire", "Rewire", "Copy", "Publish"],
] as const;

const settings: readonly (readonly [word: string, name: string | null, text: string])[] = [
  ["env", "V0", '"other"'],
  ["env", "NEW", "5"],
  ["restart", null, "never"],
  ["restart", null, "on-failure"],
  ["update", null, "replace"],
  ["health", null, 'exec ["true"] every 7s'],
  ["runs", null, '["sleep", "7"]'],
  ["settle", null, "9s"],
  ["stop", null, "SIGINT within 3s"],
  ["start", null, "5s"],
  ["resolves", null, "ipv6"],
];

/** A goal that speaks of what the program has; null where it has nothing of the kind that was drawn. */
export const randomGoal = (random: Random, program: Program): Goal | null => {
  const members = [...program.augmentation.tree].flatMap(({ key }): AutomatonMember[] => {
    const member = program.relations?.member(key);
    return member?._tag === "Automaton" ? [member] : [];
  });
  if (members.length === 0) return null;
  const member = random.pick(members);
  const automaton = member.key;
  const wire = member.wires.length === 0 ? null : random.pick(member.wires);
  switch (random.pick(kinds)) {
    case "Scale":
      return {
        _tag: "Scale",
        automaton,
        count: random.once(4) ? (countOf(program, automaton) ?? 1) : random.below(5),
      };
    case "Set": {
      const [word, name, text] = random.pick(settings);
      return { _tag: "Set", automaton, word, name, text };
    }
    case "SetInput": {
      const inputs = [...program.workspace.cells.inputs()].filter(
        (name) => program.workspace.cells.exampleOf(name)?._tag === "Quantity",
      );
      return inputs.length === 0
        ? null
        : { _tag: "SetInput", name: random.pick(inputs), text: String(random.below(6)) };
    }
    case "Rename":
      return { _tag: "Rename", automaton, to: `renamed${random.below(3)}` };
    case "Delete":
      return { _tag: "Delete", automaton };
    case "DeleteWire": {
      if (wire === null) return null;
      const to = random.once(2) ? null : wire.to[0]!.automaton;
      return {
        _tag: "DeleteWire",
        from: automaton,
        requirement: random.once(3) ? null : wire.requirement,
        to,
        port: null,
      };
    }
    case "DeletePublication": {
      const published = members.flatMap(({ publications }) => publications);
      return published.length === 0
        ? null
        : { _tag: "DeletePublication", hostPort: random.pick(published).hostPort, transport: null };
    }
    case "Wire":
      return { _tag: "Wire", from: automaton, requirement: null, to: random.pick(members).key, port: null };
    case "Rewire":
      return wire === null
        ? null
        : {
            _tag: "Rewire",
            from: automaton,
            requirement: wire.requirement,
            to: random.once(2) ? null : random.pick(members).key,
            port: null,
          };
    case "Copy":
      return { _tag: "Copy", automaton, to: `copy${random.below(3)}` };
    case "Publish": {
      const port = member.automaton.provides[0]?.name;
      return port === undefined
        ? null
        : { _tag: "Publish", automaton, port, hostPort: 3000 + random.below(50) };
    }
  }
};
