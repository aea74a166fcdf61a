/** What things look like, in one place. Without colour every paint is the identity. */

export type Paint = (text: string) => string;

const sgr =
  (open: string, close: string): Paint =>
  (text) =>
    text === "" ? "" : `\x1b[${open}m${text}\x1b[${close}m`;

const plain: Paint = (text) => text;

/** Only the sixteen colours that a terminal's own scheme sets, so that it reads on light and dark. */
const coloured = {
  heading: sgr("1", "22"),
  /** Names that the user wrote or may write. */
  name: sgr("36", "39"),
  /** What matters less than what stands beside it. */
  quiet: sgr("2", "22"),
  error: sgr("1;31", "22;39"),
  warning: sgr("1;33", "22;39"),
  help: sgr("1;32", "22;39"),
  /** The other place involved. Bold, since plain blue is hard to read on black. */
  place: sgr("1;34", "22;39"),
  create: sgr("32", "39"),
  update: sgr("33", "39"),
  delete: sgr("31", "39"),
  good: sgr("32", "39"),
  busy: sgr("33", "39"),
  bad: sgr("31", "39"),
  link: sgr("4", "24"),
  /** Of program text: reserved and clause words, strings, numbers. */
  keyword: sgr("35", "39"),
  text: sgr("32", "39"),
  number: sgr("33", "39"),
} as const satisfies Record<string, Paint>;

export type Theme = Readonly<Record<keyof typeof coloured, Paint>>;

/** To tell apart what stands side by side, such as the lines of several instances. */
export const hues: readonly Paint[] = ["36", "35", "32", "33", "34", "96", "95", "92", "93", "94"].map(
  (hue) => sgr(hue, "39"),
);

const colourless: Theme = Object.fromEntries(Object.keys(coloured).map((key) => [key, plain])) as Theme;

export const theme = (colour: boolean): Theme => (colour ? coloured : colourless);
