/** The programs of the graphics card: one for boxes, one for wires, one for letters. All are drawn instanced. */

const head = `#version 300 es
precision highp float;
uniform vec2 screen;
/** Where the middle of the screen is, and how many pixels a unit has. */
uniform vec3 camera;
uniform float now;
uniform vec3 palette[16];
`;

const place = `
vec4 onScreen(vec2 at) {
  vec2 pixel = (at - camera.xy) * camera.z;
  return vec4(pixel.x * 2.0 / screen.x, -pixel.y * 2.0 / screen.y, 0.0, 1.0);
}
`;

/** A corner of a unit square for each of four vertices. */
const corner = "vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));";

/** `look`: kind (0 automaton, 1 closed, 2 open), colour of its state, shape of its state, selected or not. */
export const boxes = {
  vertex: `${head}
layout(location = 0) in vec4 rectangle;
layout(location = 1) in vec4 look;
layout(location = 2) in vec2 more;
out vec2 at;
flat out vec2 size;
flat out vec4 style;
flat out vec2 extra;
${place}
void main() {
  ${corner}
  float margin = 2.0 / camera.z;
  vec2 grown = rectangle.zw + 2.0 * margin;
  at = corner * grown - margin;
  size = rectangle.zw;
  style = look;
  extra = more;
  gl_Position = onScreen(rectangle.xy + at);
}`,
  fragment: `${head}
in vec2 at;
flat in vec2 size;
flat in vec4 style;
flat in vec2 extra;
out vec4 colour;
float rounded(vec2 p, vec2 half_, float radius) {
  vec2 q = abs(p) - half_ + radius;
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}
float mark(vec2 p, float shape) {
  if (shape < 0.5) return length(p) - 1.0;
  if (shape < 1.5) return abs(p.x) + abs(p.y) - 1.2;
  if (shape < 2.5) return max(abs(p.x), abs(p.y)) - 0.85;
  if (shape < 3.5) return max(abs(p.x) * 0.87 + p.y * 0.5, -p.y - 0.3) - 0.6;
  if (shape < 4.5) return abs(length(p) - 0.8) - 0.25;
  vec2 d = vec2(p.x + p.y, p.x - p.y) * 0.7071;
  return min(max(abs(d.x) - 1.2, abs(d.y) - 0.3), max(abs(d.y) - 1.2, abs(d.x) - 0.3));
}
void main() {
  float scale = extra.y;
  float pixel = 1.0 / camera.z;
  float edge = rounded(at - size * 0.5, size * 0.5, min(8.0 * scale, size.y * 0.3));
  if (edge > pixel) discard;
  bool isOpen = style.x > 1.5;
  vec3 state = palette[int(style.y)];
  vec3 fill = isOpen ? mix(palette[0], palette[5], 0.5) : palette[1];
  float far = clamp(1.0 - size.y * camera.z / 14.0, 0.0, 1.0);
  if (!isOpen) fill = mix(fill, state, max(far, style.x > 0.5 ? 0.12 : 0.0));
  float age = now - extra.x;
  if (age < 1.2) fill = mix(palette[4], fill, age / 1.2);
  float line = style.w > 0.5 ? 2.5 * pixel : 1.2 * pixel;
  vec3 rim = style.w > 0.5 ? palette[3] : isOpen ? palette[2] : mix(palette[2], state, 0.45);
  vec3 shown = mix(fill, rim, smoothstep(-line - 0.7 * pixel, -line, edge));
  if (!isOpen && far < 1.0) {
    float r = 5.0 * scale;
    vec2 p = (at - vec2(16.0 * scale, size.y * 0.5)) / r;
    float d = mark(p, style.z);
    shown = mix(state, shown, smoothstep(-0.8 * pixel / r, 0.8 * pixel / r, d) * (1.0 - far) + far);
  }
  colour = vec4(shown, 1.0 - smoothstep(0.0, pixel, edge));
}`,
} as const;

/** How many pieces a wire is drawn of. */
export const pieces = 20;

/** `look`: colour, how thick, whether it is one-way. */
export const wires = {
  vertex: `${head}
layout(location = 0) in vec4 ends;
layout(location = 1) in vec3 look;
out float along;
flat out vec3 style;
${place}
vec2 curve(float t, out vec2 way) {
  vec2 a = ends.xy;
  vec2 b = ends.zw;
  float reach = b.x > a.x + 8.0 ? max(16.0, (b.x - a.x) * 0.5) : 48.0 + min(160.0, abs(b.y - a.y) * 0.3);
  vec2 c = a + vec2(reach, 0.0);
  vec2 d = b - vec2(reach, 0.0);
  float s = 1.0 - t;
  way = 3.0 * s * s * (c - a) + 6.0 * s * t * (d - c) + 3.0 * t * t * (b - d);
  return s * s * s * a + 3.0 * s * s * t * c + 3.0 * s * t * t * d + t * t * t * b;
}
void main() {
  float t = float(gl_VertexID >> 1) / ${pieces}.0;
  vec2 way;
  vec2 at = curve(t, way);
  vec2 across = normalize(vec2(-way.y, way.x) + 1e-6);
  float width = max(look.y, 1.0 / camera.z);
  at += across * width * (float(gl_VertexID & 1) - 0.5);
  along = t * distance(ends.xy, ends.zw);
  style = look;
  gl_Position = onScreen(at);
}`,
  fragment: `${head}
in float along;
flat in vec3 style;
out vec4 colour;
void main() {
  if (style.z > 0.5 && mod(along, 12.0) > 7.0) discard;
  colour = vec4(palette[int(style.x)], 0.85);
}`,
} as const;

/** A letter of a label: where it stands, its place in the picture of all letters, and its size. */
export const letters = {
  vertex: `${head}
layout(location = 0) in vec4 rectangle;
layout(location = 1) in vec4 source;
out vec2 at;
${place}
void main() {
  ${corner}
  at = source.xy + corner * source.zw;
  gl_Position = onScreen(rectangle.xy + corner * rectangle.zw);
}`,
  fragment: `${head}
uniform sampler2D letters;
in vec2 at;
out vec4 colour;
void main() {
  float ink = texture(letters, at).a;
  if (ink < 0.02) discard;
  colour = vec4(palette[6], ink);
}`,
} as const;
