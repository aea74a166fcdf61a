/** The graph as it is drawn: what stands where goes to the graphics card when it changes, a frame only moves the camera. */
import type { Rectangle } from "../../arrange.ts";
import type { RowState } from "../../row.ts";
import { InstanceBuffer, Letters } from "./gpu.ts";
import { colours, looks, paletteNow } from "./looks.ts";
import { boxes as boxShaders, letters as letterShaders, pieces, wires as wireShaders } from "./shaders.ts";
import type { GraphLayout } from "./worker.ts";

/** How a box looks besides its place. */
export interface BoxLook {
  readonly state: RowState;
  readonly isSelected: boolean;
  /** When it changed, in milliseconds of the page's clock. */
  readonly changedAt: number;
}

/** What is seen: the middle of the screen, and how many pixels a unit has. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const [letterWidth, letterHeight, longestLabel] = [7.3, 13.14, 32];
/** Letters smaller than this cannot be read. In pixels. */
const leastLetter = 5;

const kinds = { automaton: 0, closed: 1, open: 2 } as const;

/** Draws on a canvas. Throws where there is no WebGL2. */
export class GraphScene {
  readonly #gl: WebGL2RenderingContext;
  readonly #boxes: InstanceBuffer;
  readonly #wires: InstanceBuffer;
  readonly #labels: InstanceBuffer;
  readonly #letters: Letters;
  #palette = paletteNow();
  #largest = 1;
  /** Script and calls of the last frame, for tests. */
  readonly spent = { milliseconds: 0, calls: 0 };

  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: false });
    if (gl === null) throw new Error("this browser has no WebGL2");
    this.#gl = gl;
    this.#boxes = new InstanceBuffer(gl, boxShaders, [4, 4, 2]);
    this.#wires = new InstanceBuffer(gl, wireShaders, [4, 3]);
    this.#labels = new InstanceBuffer(gl, letterShaders, [4, 4]);
    this.#letters = new Letters(gl);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
  }

  /** Colours are read again: it is light or dark now. */
  repaint(): void {
    this.#palette = paletteNow();
  }

  /** What stands where. */
  arrange({ boxes, placed }: GraphLayout): void {
    this.#label(boxes, placed);
  }

  /** Wires, those of the selected box (-1: none) in another colour. */
  #wire({ links, placed }: GraphLayout, selected: number): void {
    const wires = new Float32Array(links.length * 7);
    for (const [i, { from, to, count, isMessage }] of links.entries()) {
      const [a, b] = [placed[from]!, placed[to]!];
      const colour = from === selected || to === selected ? colours.accent : colours.wire;
      const thick = Math.min(1.4 + Math.log2(count), 5) * Math.min(a.scale, b.scale);
      const ends = [a.x + a.width, a.y + a.height / 2, b.x, b.y + b.height / 2];
      wires.set([...ends, colour, thick, isMessage ? 1 : 0], i * 7);
    }
    this.#wires.fill(wires, links.length);
  }

  #label(boxes: GraphLayout["boxes"], placed: readonly Rectangle[]): void {
    const texts = boxes.map(({ label, kind, count }) => {
      const short = label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label;
      return kind === "closed" ? `${short} ×${count}` : short;
    });
    const letters = new Float32Array(texts.reduce((sum, text) => sum + text.length, 0) * 8);
    let count = 0;
    this.#largest = 0;
    for (const [i, { kind }] of boxes.entries()) {
      const { x, y, height, scale } = placed[i]!;
      this.#largest = Math.max(this.#largest, scale);
      const left = x + (kind === "open" ? 12 : 30) * scale;
      const top = kind === "open" ? y + 7 * scale : y + (height - letterHeight * scale) / 2;
      for (const [column, source] of this.#letters.sourcesOf(texts[i]!).entries()) {
        letters.set(
          [left + column * letterWidth * scale, top, letterWidth * scale, letterHeight * scale],
          count * 8,
        );
        letters.set(source, count * 8 + 4);
        count++;
      }
    }
    this.#labels.fill(letters, count);
  }

  /** How boxes look, and of the wires which belong to the selected one. */
  look(layout: GraphLayout, look: (box: number) => BoxLook): void {
    const { boxes, placed } = layout;
    const data = new Float32Array(boxes.length * 10);
    let selected = -1;
    for (const [i, { kind }] of boxes.entries()) {
      const { x, y, width, height, scale } = placed[i]!;
      const { state, isSelected, changedAt } = look(i);
      const [colour, shape] = looks[state];
      if (isSelected) selected = i;
      data.set(
        [x, y, width, height, kinds[kind], colour, shape, isSelected ? 1 : 0, changedAt / 1000, scale],
        i * 10,
      );
    }
    this.#boxes.fill(data, boxes.length);
    this.#wire(layout, selected);
  }

  draw({ x, y, zoom }: Camera, width: number, height: number): void {
    const begin = performance.now();
    const gl = this.#gl;
    const [red, green, blue] = this.#palette;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(red!, green!, blue!, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const set = (at: (name: string) => WebGLUniformLocation | null): void => {
      gl.uniform2f(at("screen"), width, height);
      gl.uniform3f(at("camera"), x, y, zoom);
      gl.uniform1f(at("now"), performance.now() / 1000);
      gl.uniform3fv(at("palette"), this.#palette);
    };
    this.#boxes.draw(4, set);
    this.#wires.draw(2 * (pieces + 1), set);
    const isRead = letterHeight * this.#largest * zoom >= leastLetter;
    if (isRead) {
      this.#letters.use();
      this.#labels.draw(4, set);
    }
    this.spent.calls = isRead ? 3 : 2;
    this.spent.milliseconds = performance.now() - begin;
  }
}
