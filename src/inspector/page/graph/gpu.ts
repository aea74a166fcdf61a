/** The little of WebGL2 that the graph needs: programs, and buffers of instances. */

/** A program, its buffer, and how an instance lies in it. */
export class InstanceBuffer {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #buffer: WebGLBuffer;
  readonly #array: WebGLVertexArrayObject;
  readonly #uniforms = new Map<string, WebGLUniformLocation | null>();
  #count = 0;

  /** `parts`: how many numbers each attribute of an instance has. */
  constructor(
    gl: WebGL2RenderingContext,
    { vertex, fragment }: { readonly vertex: string; readonly fragment: string },
    parts: readonly number[],
  ) {
    this.#gl = gl;
    const program = gl.createProgram();
    for (const [kind, text] of [
      [gl.VERTEX_SHADER, vertex],
      [gl.FRAGMENT_SHADER, fragment],
    ] as const) {
      const shader = gl.createShader(kind)!;
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true)
      throw new Error(gl.getProgramInfoLog(program) ?? "a program of the graph does not link");
    this.#program = program;
    this.#buffer = gl.createBuffer();
    this.#array = gl.createVertexArray();
    gl.bindVertexArray(this.#array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    const stride = 4 * parts.reduce((sum, part) => sum + part, 0);
    let offset = 0;
    for (const [place, size] of parts.entries()) {
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, size, gl.FLOAT, false, stride, offset);
      gl.vertexAttribDivisor(place, 1);
      offset += 4 * size;
    }
  }

  /** Other instances, in the place of those before. */
  fill(data: Float32Array, count: number): void {
    const gl = this.#gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    this.#count = count;
  }

  /** Draws all instances, each as a strip of so many vertices. */
  draw(vertices: number, set: (at: (name: string) => WebGLUniformLocation | null) => void): void {
    if (this.#count === 0) return;
    const gl = this.#gl;
    gl.useProgram(this.#program);
    gl.bindVertexArray(this.#array);
    set((name) => {
      if (!this.#uniforms.has(name)) this.#uniforms.set(name, gl.getUniformLocation(this.#program, name));
      return this.#uniforms.get(name)!;
    });
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, vertices, this.#count);
  }
}

/** The letters that labels are made of, drawn once each, side by side. */
export class Letters {
  /** Of each letter its place in the picture, in parts of the whole. */
  readonly #places = new Map<string, number>();
  readonly #canvas = document.createElement("canvas");
  readonly #columns = 32;
  readonly #cell = { width: 20, height: 36 };
  readonly #gl: WebGL2RenderingContext;
  readonly #texture: WebGLTexture;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#texture = gl.createTexture();
    this.#canvas.width = this.#columns * this.#cell.width;
    this.#canvas.height = 16 * this.#cell.height;
    for (let code = 32; code < 127; code++) this.#place(String.fromCharCode(code));
    this.#upload();
  }

  /** Where each letter is in the picture; letters that are new to it are drawn. */
  sourcesOf(text: string): readonly (readonly [x: number, y: number, width: number, height: number])[] {
    const known = this.#places.size;
    const { width, height } = this.#canvas;
    const sources = [...text].map((letter) => {
      const at = this.#place(letter);
      const column = at % this.#columns;
      const row = Math.floor(at / this.#columns);
      return [
        (column * this.#cell.width) / width,
        (row * this.#cell.height) / height,
        this.#cell.width / width,
        this.#cell.height / height,
      ] as const;
    });
    if (this.#places.size > known) this.#upload();
    return sources;
  }

  use(): void {
    this.#gl.bindTexture(this.#gl.TEXTURE_2D, this.#texture);
  }

  #place(letter: string): number {
    const known = this.#places.get(letter);
    if (known !== undefined) return known;
    // Where there is no room any more it is shown as a question mark.
    if (this.#places.size >= this.#columns * 16) return this.#places.get("?")!;
    const at = this.#places.size;
    this.#places.set(letter, at);
    const context = this.#canvas.getContext("2d")!;
    const { width, height } = this.#cell;
    context.font = '600 28px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = "#fff";
    context.fillText(
      letter,
      ((at % this.#columns) + 0.5) * width,
      (Math.floor(at / this.#columns) + 0.5) * height,
      width,
    );
    return at;
  }

  #upload(): void {
    const gl = this.#gl;
    gl.bindTexture(gl.TEXTURE_2D, this.#texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, this.#canvas);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    gl.generateMipmap(gl.TEXTURE_2D);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
  }
}
