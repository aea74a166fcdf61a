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

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#scene = new GraphScene(canvas);
    this.#watcher = new ResizeObserver(() => this.#resize());
    this.#watcher.observe(canvas);
    const { signal } = this.#ends;
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    canvas.addEventListener("dblclick", (event) => this.onToggle(this.#hit(event)), { signal });
    canvas.addEventListener("keydown", (event) => this.#key(event), { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#repaint(), { signal });
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
      const [first] = this.#arranged?.placed ?? [];
      if (first !== undefined) {
        // For tests: where the first box begins on the canvas.
        const { x, y, zoom } = this.#camera;
        this.#canvas.dataset.corner = `${(first.x - x) * zoom + clientWidth / 2} ${(first.y - y) * zoom + clientHeight / 2}`;
      }
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
    this.#canvas.addEventListener(
      "pointermove",
      ({ clientX, clientY }) => {
        isDrag ||= Math.hypot(clientX - begin.x, clientY - begin.y) > 4;
        const { x, y, zoom } = begin.camera;
        if (isDrag)
          this.#move({ x: x - (clientX - begin.x) / zoom, y: y - (clientY - begin.y) / zoom, zoom });
      },
      { signal },
    );
    const end = (last: PointerEvent): void => {
      moving.abort();
      if (!isDrag) this.onChoose(this.#hit(last));
    };
    this.#canvas.addEventListener("pointerup", end, { signal });
    this.#canvas.addEventListener("pointercancel", () => moving.abort(), { signal });
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
