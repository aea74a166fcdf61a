/**
 * The variables of a command inside an instance. What stands in an environment is shown in /proc to its user's programs, and
 * some of it makes programs load code: nobody's goes to a command with another user's rights.
 */

/** Variables of an artifact that would make a guest pass for it, or that a shell set on the way. */
const notForGuests: ReadonlySet<string> = new Set(["ARCHITECT_SPEC", "PWD", "OLDPWD", "SHLVL", "_"]);

/** Variables that say what the caller's terminal is. */
const ofTerminal = ["TERM", "COLORTERM", "NO_COLOR", "COLUMNS", "LINES"] as const;

type Variables = Readonly<Record<string, string>>;

const chosen = (own: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]] as const])));

/**
 * The artifact's environment, and what the caller's terminal is. Where there is no artifact, or it has written
 * over its environment, as programs with a title of their own do, others stand for what is missing: `atStart`, what a
 * start as another user than the caller gives; null: the command runs as the caller, whose variables they are.
 */
export const guestEnvironment = (
  own: NodeJS.ProcessEnv,
  artifact: ReadonlyMap<string, string> | null,
  atStart: Variables | null,
): Record<string, string> => {
  const given = Object.fromEntries([...(artifact ?? [])].filter(([name]) => !notForGuests.has(name)));
  const isWhole = given.ARCHITECT_AUTOMATON !== undefined;
  return {
    ...(isWhole ? {} : (atStart ?? chosen(own, Object.keys(own)))),
    ...given,
    ...chosen(own, ofTerminal),
  };
};

const isPort = (value: string): boolean => /^\d{1,5}$/.test(value);

/** Whether a variable is what a start says of ports and of the services that are wired to an instance. */
const isPromised = (name: string, value: string, services: readonly string[]): boolean => {
  if (name === "PORT" || /^PORT_\w+$/.test(name)) return isPort(value);
  return services.some((service) => {
    const prefix = service.toUpperCase().replaceAll("-", "_");
    return (
      (name === `${prefix}_HOST` && value === service) ||
      (name === `${prefix}_PORT` && isPort(value)) ||
      (name === `${prefix}_ADDR` &&
        value.startsWith(`${service}:`) &&
        isPort(value.slice(service.length + 1)))
    );
  });
};

/**
 * The caller's environment, for a command with the caller's rights in an instance of another user: with its ports, and the
 * `services` that are wired to it, but nothing that its user could have chosen.
 */
export const callersEnvironment = (
  own: NodeJS.ProcessEnv,
  artifact: ReadonlyMap<string, string> | null,
  services: readonly string[],
): Record<string, string> => ({
  ...chosen(own, Object.keys(own)),
  ...Object.fromEntries([...(artifact ?? [])].filter(([name, value]) => isPromised(name, value, services))),
});
