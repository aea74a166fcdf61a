/** States and parts of the page as colours and shapes of the graph. */
import type { RowState } from "../../row.ts";

/** Properties of the style sheet, in the order of the palette of the shaders. */
const palette = [
  ...["--paper", "--card", "--line", "--accent", "--flash", "--raised", "--ink", "--quiet"],
  ...["--well", "--busy", "--wrong", "--wire"],
] as const;

/** Places in the palette. */
export const colours = { accent: 3, line: 2, quiet: 7, well: 8, busy: 9, wrong: 10, wire: 11 } as const;

/** Of each state its colour and its shape: a disc, a diamond, a square, a triangle, a ring, a cross. */
export const looks: { readonly [S in RowState]: readonly [colour: number, shape: number] } = {
  ready: [colours.well, 0],
  done: [colours.well, 2],
  scheduled: [colours.well, 4],
  running: [colours.well, 3],
  elsewhere: [colours.quiet, 4],
  none: [colours.quiet, 2],
  stopped: [colours.quiet, 2],
  starting: [colours.busy, 4],
  draining: [colours.busy, 3],
  unhealthy: [colours.wrong, 3],
  backoff: [colours.wrong, 1],
  failed: [colours.wrong, 5],
};

/** The colours as the style sheet has them now, three numbers each. */
export const paletteNow = (): Float32Array => {
  const values = new Float32Array(16 * 3);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1, 1];
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  const probe = document.createElement("span");
  document.body.append(probe);
  for (const [at, name] of palette.entries()) {
    // What light-dark() comes to, only a property that takes a colour tells.
    probe.style.color = `var(${name})`;
    context.fillStyle = getComputedStyle(probe).color;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    values.set([red / 255, green / 255, blue / 255], at * 3);
  }
  probe.remove();
  return values;
};
