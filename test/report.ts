/**
 * Reads ava's TAP from stdin, shows what failed and what was skipped, and ends with a
 * line of its own counting: `N passed, N failed, N skipped`.
 */
import { createInterface } from "node:readline";

export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** Counts and shows a TAP stream line by line. `show` gets what a person must see. */
export class Report {
  readonly count: Count = { passed: 0, failed: 0, skipped: 0 };
  readonly #show: (line: string) => void;
  /** Whether the lines that follow belong to a test that failed. */
  #failing = false;
  #ended = false;

  constructor(show: (line: string) => void) {
    this.#show = show;
  }

  line(line: string): void {
    const test = /^(ok|not ok) \d+ - (.*?)( # SKIP| # TODO)?$/.exec(line);
    if (test !== null) this.#test(test[1] === "ok", test[2]!, test[3]);
    else if (/^1\.\.\d+$/.test(line)) this.#ended = true;
    else this.#detail(line);
  }

  #test(ok: boolean, title: string, mark: string | undefined): void {
    this.#failing = false;
    if (mark !== undefined) {
      this.count.skipped++;
      this.#show(`skipped: ${title}`);
    } else if (ok) {
      this.count.passed++;
    } else {
      this.count.failed++;
      this.#failing = true;
      this.#show(`FAILED: ${title}`);
    }
  }

  #detail(line: string): void {
    const remaining = /^# (\d+) tests? remaining in (.*)$/.exec(line);
    if (remaining !== null) {
      this.count.failed += Number(remaining[1]);
      this.#show(`FAILED: ${remaining[1]} that never ran in ${remaining[2]}`);
    } else if (this.#failing && !line.startsWith("#")) {
      this.#show(line);
    }
  }

  /** Why the run as a whole cannot be trusted; null where it can. */
  end(): string | null {
    if (!this.#ended) return "the test run was cut short";
    if (this.count.passed === 0) return "no test ran";
    return null;
  }
}

export const summary = ({ passed, failed, skipped }: Count): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

const main = async (): Promise<void> => {
  const live = process.stderr.isTTY === true;
  const clear = live ? "\r\x1b[K" : "";
  const report = new Report((line) => process.stdout.write(`${clear}${line}\n`));
  const begun = Date.now();
  let shown = begun;
  for await (const line of createInterface({ input: process.stdin })) {
    report.line(line);
    if (Date.now() - shown < (live ? 100 : 60_000)) continue;
    shown = Date.now();
    const minutes = Math.round((shown - begun) / 60_000);
    process.stderr.write(
      live
        ? `${clear}${summary(report.count)}`
        : `after ${minutes} min ${report.count.passed} tests have passed\n`,
    );
  }
  const trouble = report.end();
  if (trouble !== null) {
    report.count.failed++;
    process.stdout.write(`${clear}FAILED: ${trouble}\n`);
  }
  process.stdout.write(`${clear}${summary(report.count)}\n`);
  process.exitCode = report.count.failed === 0 ? 0 : 1;
};

if (process.argv[1] === import.meta.filename) await main();
