// Greets, and tells at a port of its own how often it did.
import { serve } from "../lib/serve.mjs";

const { GREETING = "Hello", PORT_HTTP = 3000, PORT_METRICS = 9100 } = process.env;
let greetings = 0;

serve(async () => {
  greetings++;
  return `${GREETING} from ${process.env.ARCHITECT_INSTANCE ?? "here"}\n`;
}, PORT_HTTP);
serve(async () => `# TYPE greetings_total counter\ngreetings_total ${greetings}\n`, PORT_METRICS);
