/** Moving in the graph: a camera, and what the pointer and keys do with it. Draws only when something has changed. */
import { type BoxLook, type Camera, GraphScene } from "./scene.ts";
import type { GraphLayout } from "./worker.ts";

/** Flashes fade within this. In milliseconds. */
const fadeMs = 1_300;
const [leastZoom, mostZoom] = [0.01, 4];

/** What all of the graph takes. */
export interface Extent {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** All that is drawn. */
export const fitting = ({ placed }: GraphLayout): Extent => {
  const right = placed.reduce((most, { x, width }) => Math.max(most, x + width), 1);
  const bottom = placed.reduce((most, { y, height }) => Math.max(most, y + height), 1);
  return { x: 0, y: 0, width: right, height: bottom };
};

/** One canvas. */
export class GraphView {
  readonly #canvas: HTMLCanvasElement;
  readonly #scene: GraphScene;
  readonly #watcher: ResizeObserver;
  readonly #ends = new AbortController();
  #camera: Camera = { x: 0, y: 0, zoom: 1 };
  #arranged: GraphLayout | null = null;
  #all: Extent = { x: 0, y: 0, width: 1, height: 1 };
  #fadeUntil = 0;
  #frame = 0;
  onChoose: (box: number) => void = () => {};
  onToggle: (box: number) => void = () => {};
  onMenu: (box: number, at: { readonly x: number; readonly y: number }) => void = () => {};
  /** A wire is drawn from one box to another; `line`: as it is drawn, null where it ends. */
  onWire: (from: number, to: number) => void = () => {};
  onLine: (line: readonly [x: number, y: number, toX: number, toY: number] | null) => void = () => {};

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#scene = new GraphScene(canvas);
    this.#watcher = new ResizeObserver(() => this.#resize());
    this.#watcher.observe(canvas);
    Object.assign(canvas, { placeOf: (label: string) => this.#placeOf(label) });
    const { signal } = this.#ends;
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    canvas.addEventListener("dblclick", (event) => this.onToggle(this.#hit(event)), { signal });
    canvas.addEventListener("contextmenu", (event) => this.#menu(event), { signal });
    canvas.addEventListener("keydown", (event) => this.#key(event), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#repaint(), { signal });
  }

  /** Where the box with a label is on the canvas, for tests. */
  #placeOf(label: string) {
    const { boxes = [], placed = [] } = this.#arranged ?? {};
    const found = placed[boxes.findIndex((box) => box.label === label)];
    if (found === undefined) return null;
    const { x, y, zoom } = this.#camera;
    const [left, top] = [
      (found.x - x) * zoom + this.#canvas.clientWidth / 2,
      (found.y - y) * zoom + this.#canvas.clientHeight / 2,
    ];
    return { left, top, right: left + found.width * zoom, bottom: top + found.height * zoom };
  }

  close(): void {
    this.#ends.abort();
    this.#watcher.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  arrange(arranged: GraphLayout): void {
    this.#arranged = arranged;
    this.#all = fitting(arranged);
    this.#scene.arrange(arranged);
    this.#draw();
  }

  look(arranged: GraphLayout, look: (box: number) => BoxLook): void {
    this.#scene.look(arranged, look);
    this.#fadeUntil = performance.now() + fadeMs;
    this.#draw();
  }

  /** Moves the camera so that all of it is seen. */
  show({ x, y, width, height }: Extent): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const zoom = Math.min(1.5, (clientWidth - 48) / width, (clientHeight - 80) / height);
    this.#move({ x: x + width / 2, y: y + height / 2, zoom: Math.max(leastZoom, zoom) });
  }

  #move(camera: Camera): void {
    this.#camera = camera;
    this.#draw();
  }

  #repaint(): void {
    this.#scene.repaint();
    this.#draw();
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    this.#canvas.width = Math.max(1, Math.round(clientWidth * devicePixelRatio));
    this.#canvas.height = Math.max(1, Math.round(clientHeight * devicePixelRatio));
    this.#draw();
  }

  #draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const { clientWidth, clientHeight } = this.#canvas;
      this.#scene.draw(this.#camera, clientWidth, clientHeight);
      const { milliseconds, calls } = this.#scene.spent;
      this.#canvas.dataset.frame = `${milliseconds.toFixed(3)} ${calls}`;
      if (performance.now() < this.#fadeUntil) this.#draw();
    });
  }

  #at({ offsetX, offsetY }: MouseEvent): { readonly x: number; readonly y: number } {
    const { x, y, zoom } = this.#camera;
    const { clientWidth, clientHeight } = this.#canvas;
    return { x: x + (offsetX - clientWidth / 2) / zoom, y: y + (offsetY - clientHeight / 2) / zoom };
  }

  /** The innermost box at the pointer; -1: none. */
  #hit(event: MouseEvent): number {
    const at = this.#at(event);
    const { placed = [] } = this.#arranged ?? {};
    // What is in a group comes after the group.
    return placed.findLastIndex(
      ({ x, y, width, height }) => at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height,
    );
  }

  /** The box at whose right end the pointer is, where its wires begin; -1: none. */
  #endAt(event: MouseEvent): number {
    const box = this.#hit(event);
    const { placed, boxes } = this.#arranged ?? { placed: [], boxes: [] };
    if (box < 0 || boxes[box]!.kind !== "automaton") return -1;
    const { x, width, scale } = placed[box]!;
    return this.#at(event).x > x + width - 14 * scale ? box : -1;
  }

  #menu(event: MouseEvent): void {
    event.preventDefault();
    this.onMenu(this.#hit(event), { x: event.clientX, y: event.clientY });
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const at = this.#at(event);
    this.#zoomAt(at, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)));
  }

  #zoomAt(at: { readonly x: number; readonly y: number }, by: number): void {
    const { x, y, zoom } = this.#camera;
    const next = Math.max(leastZoom, Math.min(mostZoom, zoom * by));
    this.#move({ x: at.x + ((x - at.x) * zoom) / next, y: at.y + ((y - at.y) * zoom) / next, zoom: next });
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    const moving = new AbortController();
    const { signal } = moving;
    const begin = { x: event.clientX, y: event.clientY, camera: this.#camera };
    let isDrag = false;
    const from = this.#endAt(event);
    this.#canvas.addEventListener(
      "pointermove",
      ({ clientX, clientY, offsetX, offsetY }) => {
        isDrag ||= Math.hypot(clientX - begin.x, clientY - begin.y) > 4;
        const { x, y, zoom } = begin.camera;
        if (from >= 0) this.onLine([event.offsetX, event.offsetY, offsetX, offsetY]);
        else if (isDrag)
          this.#move({ x: x - (clientX - begin.x) / zoom, y: y - (clientY - begin.y) / zoom, zoom });
      },
      { signal },
    );
    const end = (last: PointerEvent): void => {
      moving.abort();
      this.onLine(null);
      if (isDrag && from >= 0) this.onWire(from, this.#hit(last));
      if (!isDrag) this.onChoose(this.#hit(last));
    };
    this.#canvas.addEventListener("pointerup", end, { signal });
    const cancel = (): void => {
      moving.abort();
      this.onLine(null);
    };
    this.#canvas.addEventListener("pointercancel", cancel, { signal });
  }

  #key(event: KeyboardEvent): void {
    const { x, y, zoom } = this.#camera;
    const far = 80 / zoom;
    const moves: Readonly<Record<string, Camera>> = {
      ArrowLeft: { x: x - far, y, zoom },
      ArrowRight: { x: x + far, y, zoom },
      ArrowUp: { x, y: y - far, zoom },
      ArrowDown: { x, y: y + far, zoom },
    };
    const move = moves[event.key];
    if (move !== undefined) this.#move(move);
    else if (event.key === "+" || event.key === "=") this.#zoomAt({ x, y }, 1.25);
    else if (event.key === "-") this.#zoomAt({ x, y }, 0.8);
    else if (event.key === "0") this.show(this.#all);
    else return;
    event.preventDefault();
  }
}
