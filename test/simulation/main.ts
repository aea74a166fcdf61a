/** `npm run simulate -- [MINUTES] [SEED]`: simulates systems from one seed after the other, until an invariant breaks. */
import { simulate } from "./simulation.ts";

const [minutes = 10_000, first = 1] = process.argv.slice(2).map(Number);
const begun = performance.now();
let simulated = 0;
let steps = 0;
for (let seed = first; simulated < minutes; seed++) {
  const report = await simulate(seed, 60, seed % 2 === 0).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  simulated += report.minutes;
  steps += report.steps;
  const seconds = (performance.now() - begun) / 1_000;
  process.stdout.write(
    `seed ${seed}: ${Math.round(simulated)} minutes, ${steps} steps in ${seconds.toFixed(1)} s, ${Math.round(simulated / seconds)} minutes a second\n`,
  );
}
