/** A sample of each clause, as the formatter writes it, and the texts around it. */
import { type ClauseTag, clauseOf, clauseTags } from "../src/core/clauses.ts";

/** Compiles only with one for each clause. */
export const samples: Readonly<Record<ClauseTag, string>> = {
  Provides: "provides web: P on tcp 80 to 80 from 8080",
  Requires: "requires kv?: each P",
  Runs: 'runs exec ["sleep", 1]',
  Schedule: 'schedule "@daily"',
  Env: 'env { KEY = "value" }',
  Files: 'files { "/etc/a.conf" = "text" } reload SIGHUP',
  User: 'user "www-data:adm"',
  Directory: 'directory "/srv"',
  State: 'state data at "/data" size 1GiB formerly "old.data"',
  Scratch: 'scratch at "/var/cache/a" size 64MiB',
  Secret: 'secret password = secret("db.password")',
  Limits: "limits { memory = 64MiB, cpu = 0.5, processes = 20, files = 100 }",
  Grants: "grants [net_admin, sys_ptrace]",
  ReadOnly: "read-only",
  Shares: 'shares "/srv/shared" at "/mnt/shared"',
  Instances: "instances 2 settle 1m",
  Health: 'health http "/healthz" every 2s timeout 500ms failures 4 successes 2',
  Restart: "restart on-failure",
  Update: "update replace",
  Hostname: 'hostname "a-1"',
  Resolves: "resolves ipv6",
  Stop: "stop SIGINT within 30s",
  Start: "start within 2m",
  After: "after b, c.web",
  Named: 'name "other"',
};

/** A program with the sample, and where the sample begins in it. */
export const programWith = (tag: ClauseTag): { readonly text: string; readonly start: number } => {
  const isOfWith = clauseOf(tag).insteadOutsideWith !== null;
  const others = tag === "After" ? "automaton b {}\n\nautomaton c {\n  provides web: P on tcp 80\n}\n\n" : "";
  const head = `protocol P = ?Int . end\n\n${others}${isOfWith ? "automaton b {}\n\nlet a = b with {" : "automaton a {"}\n  `;
  return { text: `${head}${samples[tag]}\n}\n`, start: head.length };
};

export const everyClause: readonly ClauseTag[] = clauseTags;
