/** Commands on what runs. */
import type { Command } from "../command.ts";
import { input, json, limit, ofSystem, place, system } from "../vocabulary.ts";

export const runningCommands: readonly Command[] = [
  {
    name: "status",
    summary: "Show automata, instances and wires as they are now",
    description: [
      'Without a name it shows the one system that there is, or where there are several each in a line (with --json `{"systems": […]}`). An orchestrator that is stopped or stuck does not hold it up: it says so, and shows what the kernel has.',
      "With --watch, a terminal becomes a list of automata that one moves in: logs, events and explanations of each, scaling, the program in an editor (? shows the keys). Elsewhere it is printed again as it changes.",
    ],
    arguments: [{ ...system, summary: "A system (default: all)" }],
    options: [
      json,
      { name: "all", short: "a", summary: "Show every instance, also where many are alike" },
      {
        name: "watch",
        short: "w",
        summary: "A screen to look around and to act in, until q; no terminal: print again as things change",
      },
    ],
    examples: [
      { command: "architect status", what: "The system that runs" },
      { command: "architect status --watch", what: "All automata, as they change" },
      { command: "architect status shop --json", what: "The same for programs" },
    ],
    load: async () => (await import("../commands/status.ts")).status,
  },
  {
    name: "inspect",
    summary: "Open a page of a system: its automata, their state, and why they are as they are",
    description: [
      "Serves the page on 127.0.0.1 until Ctrl-C, and prints its address. A browser is opened where there is a screen. The address opens one page, once; as soon as it was used, another is printed. Nobody without it reads or changes anything.",
      "With --file it shows a program that does not run, kept in a model that needs no rights, and follows the file as it is saved.",
    ],
    arguments: [system],
    options: [
      {
        name: "file",
        value: "FILE",
        summary: "Show a program that does not run",
        complete: "program",
      },
      { name: "port", value: "PORT", summary: "Listen at this port (default: any that is free)" },
      { name: "wait", summary: "A system that is named may come later" },
      { name: "no-open", summary: "Open no browser; only print the address" },
      input,
      limit,
    ],
    examples: [
      { command: "architect inspect", what: "Look into the system that runs" },
      { command: "architect inspect --file shop.arch", what: "Look into a program, without any rights" },
      { command: "architect inspect shop --port 7000 --no-open", what: "Over an SSH tunnel to that port" },
    ],
    load: async () => (await import("../commands/inspect.ts")).inspect,
  },
  {
    name: "restart",
    summary: "Start the program of an automaton anew",
    description: [
      "In all its instances, as its clause update says: one after the other, each successor ready before what it replaces ends, or in place. A job runs once more, and what runs by the clock (schedule) runs now. Ends as apply does: when all is ready, or with what is not, and why. An orchestrator that takes the system over later leaves it as it is.",
    ],
    arguments: [
      {
        name: "AUTOMATON",
        required: true,
        summary: "An automaton that runs something",
        complete: "automaton",
      },
    ],
    options: [
      json,
      { name: "timeout", value: "DURATION", summary: "Wait so long for all to be ready (1m)" },
      { name: "no-wait", summary: "Do not wait for anything to be ready" },
      ofSystem,
    ],
    examples: [{ command: "architect restart cart", what: "A new process for each of its instances" }],
    load: async () => (await import("../commands/restart.ts")).restart,
  },
  {
    name: "exec",
    summary: "Run a command inside an instance",
    description: [
      "The command runs as the program of the instance was started: as its user, in its directory, with its environment; it sees what that sees, and may do what that may. The terminal is yours. Its exit code is passed on.",
      "With --root it has your rights and your environment instead, with the ports and services of the instance: to look into what its user may not. As root these rights are all. In an instance in which nothing was started, user, directory and environment are yours.",
    ],
    arguments: [place],
    rest: { name: "CMD", required: true, many: true, summary: "The command and its arguments" },
    options: [{ name: "root", summary: "As you, not as the instance's user" }, ofSystem],
    examples: [
      {
        command: "architect exec storefront -- curl -s http://catalogue:9000/",
        what: "Ask a service as a client would",
      },
      { command: "architect exec cart.0 -- ip address", what: "Look around in the first instance" },
    ],
    load: async () => (await import("../commands/exec.ts")).exec,
  },
  {
    name: "logs",
    summary: "Show what instances print",
    description: [
      "Of one automaton, of one instance, of a system by its name, or without a name of all. Lines of several instances stand in the order in which they were printed, to half a second, each behind the name of its instance.",
      "Of a system that was removed the last MiB of each log is kept, of a hundred logs a system and of the last twenty systems; they are shown where nothing of that name runs, and it says so. They lie in /var/log/architect, or beside another runtime directory in DIRECTORY.logs.",
      'With --json each line is an object: `{"time","system","automaton","index","text","kept"}`, `kept` being when the system was removed, or null.',
    ],
    arguments: [
      { ...place, required: false, summary: "An automaton, one instance of it, or a system (default: all)" },
    ],
    options: [
      json,
      { name: "follow", short: "f", summary: "Go on as more is printed, until Ctrl-C" },
      { name: "timestamps", short: "t", summary: "Begin each line with its time, to half a second" },
      { name: "grep", short: "g", value: "RE", summary: "Only lines in which a regular expression matches" },
      {
        name: "since",
        value: "WHEN",
        summary: "Only what is younger: so long ago (90s, 5m), or a time (12:30, 2026-01-31 12:30)",
      },
      { name: "tail", short: "n", value: "N", summary: "Only the last N lines" },
      ofSystem,
    ],
    examples: [
      { command: "architect logs -f", what: "Follow everything" },
      {
        command: "architect logs catalogue --grep 'error|warn' -t",
        what: "Errors of all its instances, with times",
      },
      { command: "architect logs cart.0 --since 5m --tail 100", what: "One instance, lately" },
    ],
    load: async () => (await import("../commands/logs.ts")).logs,
  },
  {
    name: "state",
    summary: "Show or remove what instances keep",
    description: [
      "What the clause `state` keeps outlives its system: `ls` shows all of it with how much is in it, and of how much where it has a size, also what no program refers to any more; `rm` removes it for good, by the names that `ls` shows or the beginning of them (shop, shop/db, shop/db/0/data).",
    ],
    arguments: [
      { name: "ACTION", required: true, summary: "ls or rm", complete: ["ls", "rm"] },
      { name: "PATH", required: false, many: true, summary: "With rm: what to remove" },
    ],
    options: [json, ofSystem],
    examples: [
      { command: "architect state ls", what: "All that is kept, of all systems" },
      { command: "architect state rm shop/db", what: "Remove the state of all instances of an automaton" },
    ],
    load: async () => (await import("../commands/state.ts")).state,
  },
  {
    name: "secret",
    summary: "Give secrets their values, list or remove them",
    description: [
      "`set` reads the value from standard input, on a terminal without showing it, or from a file (NAME=@FILE) or a variable (NAME=env:VARIABLE). It is kept for the user alone, and shown by nothing. A newline at the end of a single line is no part of it.",
      "Without --system it is for all systems of the user; a system that has a value of its own, by --system, takes that. What runs and reads a secret is replaced when its value changes.",
    ],
    arguments: [
      { name: "ACTION", required: true, summary: "set, ls or rm", complete: ["set", "ls", "rm"] },
      { name: "NAME", required: false, many: true, summary: "With set and rm: which secret" },
    ],
    options: [json, ofSystem],
    examples: [
      { command: "architect secret set db.password", what: "Ask for a value, or read standard input" },
      {
        command: "architect secret set db.password=@password.txt --system shop",
        what: "For one system, from a file",
      },
      { command: "architect secret ls", what: "Which secrets have a value, and since when" },
    ],
    load: async () => (await import("../commands/secret.ts")).secret,
  },
  {
    name: "set",
    summary: "Change inputs of a running system",
    arguments: [
      {
        name: "NAME=VALUE",
        required: true,
        many: true,
        summary: "An input and its new value",
        complete: "input",
      },
    ],
    options: [ofSystem],
    examples: [{ command: "architect set cart.replicas=3", what: "Scale what reads the input" }],
    load: async () => (await import("../commands/set.ts")).set,
  },
  {
    name: "events",
    summary: "Show what happens in a running system, as it happens",
    description: [
      "The orchestrator keeps the last 10,000 events at least; they end with it. `missed` says that some were left out, or are not kept any more.",
    ],
    arguments: [system],
    options: [
      json,
      {
        name: "since",
        value: "WHEN",
        summary: "First what happened since: so long ago (5m, 1h), or a time (12:30, 2026-01-31 12:30)",
      },
      { name: "no-follow", summary: "End after what has happened so far" },
    ],
    examples: [
      { command: "architect events", what: "Watch it heal and scale" },
      { command: "architect events --since 1h --no-follow", what: "What happened in the last hour" },
      { command: "architect events --json | jq .", what: "One JSON object a line" },
    ],
    load: async () => (await import("../commands/events.ts")).events,
  },
  {
    name: "explain",
    summary: "Say why an automaton is what it is",
    description: [
      "For each pass: what it found out about the automaton, what that was computed from, and why it was last computed again. Asks the running system, or reads a program with --file.",
    ],
    arguments: [
      {
        name: "NAME",
        required: true,
        summary: "An automaton, an instance of it (cart.0), or a port of it (cart.api)",
        complete: "part",
      },
    ],
    options: [
      { name: "file", value: "FILE", summary: "Explain a program that does not run", complete: "program" },
      json,
      ofSystem,
      input,
      limit,
    ],
    examples: [
      { command: "architect explain storefront", what: "Why as many instances as there are" },
      { command: "architect explain storefront.0", what: "Why an instance is as it is, and not ready" },
      { command: "architect explain storefront --file shop.arch", what: "The same before it runs" },
    ],
    load: async () => (await import("../commands/explain.ts")).explain,
  },
];
