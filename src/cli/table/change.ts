/** Commands that make systems, and take them away. */
import type { Command } from "../command.ts";
import { base, file, input, json, limit, ofSystem, secretOption, system } from "../vocabulary.ts";

const unenforced = {
  name: "allow-unenforced",
  summary: "Leave out what this machine does not enforce of limits and confinement, and say so",
} as const;

export const changeCommands: readonly Command[] = [
  {
    name: "plan",
    summary: "Show what apply would change",
    description: ["Compares the program with what exists now, and changes nothing."],
    arguments: [file],
    options: [
      json,
      { name: "detailed-exitcode", summary: "Exit with 2 if there is something to change" },
      base,
      ofSystem,
      input,
      secretOption,
      limit,
    ],
    examples: [
      { command: "architect plan shop.arch", what: "Look before you apply" },
      {
        command: "architect plan shop.arch --detailed-exitcode",
        what: "Ask for drift in a script: 0 none, 2 some",
      },
    ],
    load: async () => (await import("../commands/plan.ts")).plan,
  },
  {
    name: "apply",
    summary: "Make a system what its program says, then exit",
    description: [
      "Changes what differs and nothing else, and leaves everything running. Nobody supervises it afterwards, and names of hosts elsewhere keep the addresses that they have now; run does, and follows names. If an orchestrator already runs the system, it takes the program over.",
      "Ends when every instance is ready, and updates are through. Where that takes longer than --timeout, or something keeps ending, it fails and says which instances are not ready, and why; what runs is left running. With --no-wait it ends as soon as all that can be done at once is done: an orchestrator goes on from there; without one, what becomes ready later gets no connections before run takes the system over. Without an orchestrator nothing runs by the clock (schedule), which is told.",
    ],
    arguments: [file],
    options: [
      json,
      { name: "timeout", value: "DURATION", summary: "Wait so long for all to be ready (1m)" },
      { name: "no-wait", summary: "Do not wait for anything to be ready" },
      unenforced,
      base,
      ofSystem,
      input,
      secretOption,
      limit,
    ],
    examples: [
      { command: "architect apply shop.arch", what: "Converge once" },
      { command: "architect apply shop.arch --timeout 5m", what: "Give slow programs more time" },
    ],
    load: async () => (await import("../commands/apply.ts")).apply,
  },
  {
    name: "run",
    summary: "Make a system what its program says, and keep it so",
    description: [
      "Converges, stays, supervises and heals. Ctrl-C or SIGTERM stops and removes everything. If it is killed, or the reader of its output goes away, the system goes on without it, and the next run adopts it.",
    ],
    arguments: [file],
    options: [
      {
        name: "watch",
        short: "w",
        summary: "Interpret again whenever the program, an import or a file that it reads is saved",
      },
      { name: "inspect", summary: "Serve a page of it meanwhile, as architect inspect does" },
      unenforced,
      base,
      ofSystem,
      input,
      secretOption,
      limit,
    ],
    examples: [
      { command: "architect run shop.arch", what: "Run in the foreground" },
      { command: "architect run shop.arch --watch", what: "Follow the file as you edit it" },
      { command: "architect run shop.arch --watch --inspect", what: "See it, and change it, on a page" },
      { command: "architect run shop.arch --base memory", what: "Try it without any rights" },
    ],
    load: async () => (await import("../commands/run.ts")).run,
  },
  {
    name: "down",
    summary: "Stop and remove a system",
    description: [
      "Needs neither the program nor an orchestrator: what exists is read from the kernel. An orchestrator that is stopped or stuck is killed.",
    ],
    arguments: [system],
    options: [{ name: "state", summary: "Remove what its instances keep, too" }],
    examples: [
      { command: "architect down shop", what: "Remove a system; what it keeps stays" },
      { command: "architect down shop --state", what: "Remove what it keeps, too; logs and secrets stay" },
    ],
    load: async () => (await import("../commands/down.ts")).down,
  },
];
