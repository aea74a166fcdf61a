/**
 * Small changes to a compiled module, each of which some test should notice. A mutant is a
 * replacement of a part of the text; only one is made at a time.
 */
import { type AnyNode, type BinaryExpression, type CallExpression, type Literal, parse } from "acorn";
import { fullAncestor } from "acorn-walk";

export type Operator =
  | "flip a comparison"
  | "drop a check"
  | "off by one"
  | "negate a condition"
  | "remove a statement"
  | "swap a constant"
  | "ignore part of a key"
  | "swap an operation";

export interface Mutant {
  readonly operator: Operator;
  /** The part of the text that is replaced, from `start` to before `end`. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

const flipped: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "===": "!==",
    "!==": "===",
  }),
);
const arithmetic: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "<<": ">>",
    ">>>": "<<",
    "&": "|",
    "|": "&",
  }),
);
const methods: ReadonlyMap<string, string> = new Map(
  Object.entries({
    some: "every",
    every: "some",
    min: "max",
    max: "min",
    startsWith: "endsWith",
    push: "unshift",
  }),
);
/** `x.sort(…)` as `x`: what is dropped was there to choose or to order. */
const droppable = ["filter", "sort", "toSorted", "reverse", "slice", "trim"];

const isComparison = (node: AnyNode): boolean =>
  node.type === "BinaryExpression" && flipped.has(node.operator);

const isText = (node: AnyNode): boolean =>
  node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string");

/** A word that stands for something, not text for people. */
const isWord = (node: AnyNode): node is Literal & { readonly value: string } =>
  node.type === "Literal" && typeof node.value === "string" && /^[a-z][\w-]*$/i.test(node.value);

/** Names of modules are no constants of the program, and messages of what cannot happen are not tested. */
const isElsewhere = (ancestors: readonly AnyNode[]): boolean =>
  /^(Import|ExportAll|ExportNamed)/.test(ancestors.at(-2)?.type ?? "") ||
  ancestors.some(({ type }) => type === "ThrowStatement");

const leaves = (statement: AnyNode): boolean =>
  statement.type === "BlockStatement"
    ? statement.body.length > 0 && leaves(statement.body.at(-1)!)
    : ["ReturnStatement", "ContinueStatement", "BreakStatement"].includes(statement.type);

class Finder {
  readonly found: Mutant[] = [];
  readonly #code: string;
  readonly #words = new Set<string>();

  constructor(code: string) {
    this.#code = code;
    const tree = parse(code, { ecmaVersion: "latest", sourceType: "module", allowHashBang: true });
    fullAncestor(tree, (node, _, ancestors) => {
      const one = node as AnyNode;
      if (isWord(one) && !isElsewhere(ancestors as AnyNode[])) this.#words.add(one.value);
    });
    fullAncestor(tree, (node, _, ancestors) => {
      if (/Literal$/.test(node.type) && isElsewhere(ancestors as AnyNode[])) return;
      this.#visit(node as AnyNode, (ancestors as AnyNode[]).at(-2) ?? (node as AnyNode));
    });
  }

  #text({ start, end }: { readonly start: number; readonly end: number }): string {
    return this.#code.slice(start, end);
  }

  #add(
    operator: Operator,
    { start, end }: { readonly start: number; readonly end: number },
    by: string,
  ): void {
    if (this.#code.slice(start, end) !== by) this.found.push({ operator, start, end, replacement: by });
  }

  #visit(node: AnyNode, parent: AnyNode): void {
    switch (node.type) {
      case "BinaryExpression":
        this.#binary(node);
        break;
      case "LogicalExpression":
        this.#add("drop a check", node, `(${this.#text(node.left)})`);
        if (node.operator !== "??") this.#add("drop a check", node, `(${this.#text(node.right)})`);
        break;
      case "IfStatement":
        this.#condition(node.test);
        if (node.alternate == null && leaves(node.consequent)) this.#add("drop a check", node, ";");
        break;
      case "ConditionalExpression":
      case "WhileStatement":
        this.#condition(node.test);
        break;
      case "ExpressionStatement":
        if (node.directive === undefined && !this.#text(node).startsWith("super("))
          this.#add("remove a statement", node, ";");
        break;
      case "Literal":
        this.#constant(node, parent);
        break;
      case "CallExpression":
        this.#call(node);
        break;
      case "UpdateExpression":
        this.#add("off by one", node, `(${this.#text(node)}, ${this.#text(node)})`);
        break;
      case "TemplateLiteral":
        if (node.expressions.length > 1)
          for (const part of node.expressions) this.#add("ignore part of a key", part, '""');
        break;
    }
  }

  #binary(node: BinaryExpression): void {
    const { left, operator, right } = node;
    const between = { start: left.end, end: right.start };
    const other = flipped.get(operator);
    const spelled = this.#text(between);
    if (other !== undefined) {
      this.#add("flip a comparison", between, spelled.replace(operator, other));
      return;
    }
    const swapped = arithmetic.get(operator);
    if (swapped === undefined || isText(left) || isText(right)) return;
    if (right.type === "Literal" && right.value === 1 && (operator === "+" || operator === "-"))
      this.#add("off by one", node, `(${this.#text(left)})`);
    else this.#add("swap an operation", between, spelled.replace(operator, swapped));
  }

  #condition(test: AnyNode): void {
    if (!isComparison(test)) this.#add("negate a condition", test, `!(${this.#text(test)})`);
  }

  #constant(node: Literal, parent: AnyNode): void {
    if (parent.type === "Property" && !parent.computed && parent.key === node) return;
    if (typeof node.value === "boolean") this.#add("swap a constant", node, `${!node.value}`);
    if (typeof node.value === "number") this.#add("off by one", node, `${node.value + 1}`);
    if (!isWord(node)) return;
    const others = [...this.#words].filter((word) => word !== node.value);
    const other = others[(node.start * 7) % Math.max(1, others.length)];
    if (other !== undefined) this.#add("swap a constant", node, JSON.stringify(other));
  }

  #call({ callee, arguments: given, start, end }: CallExpression): void {
    if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
    const { name } = callee.property;
    const swapped = methods.get(name);
    if (swapped !== undefined && !callee.computed) this.#add("swap an operation", callee.property, swapped);
    if (droppable.includes(name)) this.#add("drop a check", { start, end }, `(${this.#text(callee.object)})`);
    const { object } = callee;
    if (name !== "join" || object.type !== "ArrayExpression" || given.length !== 1) return;
    const parts = object.elements.flatMap((part) => part ?? []);
    if (parts.length > 1) for (const part of parts) this.#add("ignore part of a key", part, '""');
  }
}

export const mutate = (code: string, { start, end, replacement }: Mutant): string =>
  code.slice(0, start) + replacement + code.slice(end);

/** Every change that can be made to a module's text, in the order of the text. */
export const mutantsIn = (code: string): readonly Mutant[] =>
  new Finder(code).found.sort((a, b) => a.start - b.start || a.end - b.end);
