/** How goals are written, for help and completion. */

/** The form of each goal, for people. */
export const goalForms = [
  "scale AUTOMATON COUNT",
  "set AUTOMATON.CLAUSE VALUE",
  "set AUTOMATON.env.VARIABLE VALUE",
  "set AUTOMATON.provides.PORT NUMBER",
  "set INPUT VALUE",
  "rename AUTOMATON NAME",
  "delete AUTOMATON",
  "delete AUTOMATON.REQUIREMENT",
  "delete AUTOMATON => AUTOMATON",
  "delete publication PORT",
  "wire AUTOMATON => AUTOMATON",
  "rewire AUTOMATON.REQUIREMENT => AUTOMATON",
  "rewire AUTOMATON.REQUIREMENT",
  "copy AUTOMATON NAME",
  "publish AUTOMATON.PORT PORT",
] as const;

/** The first words of all goals. */
export const goalVerbs: readonly string[] = [...new Set(goalForms.map((form) => form.split(" ")[0]!))];
