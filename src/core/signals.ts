/** The names of signals that can end a program. */
export const endingSignals: readonly string[] = [
  "SIGTERM",
  "SIGINT",
  "SIGQUIT",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "SIGWINCH",
  "SIGPWR",
  "SIGALRM",
  "SIGPIPE",
  "SIGABRT",
  "SIGKILL",
];
