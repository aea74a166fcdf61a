/** A program that is edited: its texts, and where things of its system come from. */
import type { Token } from "../../grammar/tokens.ts";
import { tokensIn } from "../assist/occurrences.ts";
import type { AutomatonMember } from "../language/member.ts";
import { elements } from "../language/rope.ts";
import type { AutomatonValue, Value } from "../language/value.ts";
import type { Definition } from "../program/definition.ts";
import { offsetOf } from "../program/module.ts";
import type { Program } from "../program/program.ts";
import type { SystemElement } from "../program/provenance/element.ts";
import type { Found } from "../program/provenance/find.ts";
import { childrenOf, type Thunk, wholeOf } from "../program/provenance/thunk.ts";
import { Provenances } from "../program/provenance/trace.ts";
import type { Splice } from "./splice.ts";

/** A piece of a file's text. */
export interface Extent {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A program as it stands, from which edits are proposed. */
export class EditContext {
  readonly program: Program;
  readonly provenances: Provenances;
  readonly #places = new Map<string, readonly Found[]>();

  constructor(program: Program) {
    this.program = program;
    this.provenances = new Provenances(program);
  }

  /** What an expression means now. */
  value(thunk: Thunk): Value {
    return this.provenances.evaluator.value(thunk);
  }

  /** The member of the system of that name; null where there is none. */
  member(name: string): AutomatonMember | null {
    const member = this.program.relations?.member(name) ?? null;
    return member?._tag === "Automaton" ? member : null;
  }

  /** What an automaton is that the system has, or that its file declares or imports. */
  automaton(name: string): AutomatonValue | null {
    return this.member(name)?.automaton ?? this.declared.find((one) => one.name === name) ?? null;
  }

  /** The automata that names of the system's file stand for. */
  get declared(): readonly AutomatonValue[] {
    const { workspace, file } = this.program;
    return [...workspace.modules.get(file)!.bindings.values()].flatMap(({ declared: [first] }) => {
      const value = first?.node.value;
      if (value?._tag === "Automaton") return [value];
      if (value?._tag !== "Module") return [];
      return [...value.fields.values()].flatMap((of) => (of._tag === "Automaton" ? [of] : []));
    });
  }

  /** Every place where the system says an element. */
  places(element: SystemElement): readonly Found[] {
    const key = JSON.stringify(element);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const found = [...this.provenances.places(element)];
    this.#places.set(key, found);
    return found;
  }

  /** Where an expression stands. */
  extent({ definition, at }: Thunk): Extent {
    const base = this.#baseOf(definition);
    const { spans } = definition.declaration;
    return { file: definition.file, start: base + spans[4 * at]!, end: base + spans[4 * at + 1]! };
  }

  /** Where its own name or keyword stands. */
  focus({ definition, at }: Thunk): Extent {
    const base = this.#baseOf(definition);
    const { spans } = definition.declaration;
    return { file: definition.file, start: base + spans[4 * at + 2]!, end: base + spans[4 * at + 3]! };
  }

  /** An expression as it is written. */
  text(thunk: Thunk): string {
    const { file, start, end } = this.extent(thunk);
    return this.fileText(file).slice(start, end);
  }

  fileText(file: string): string {
    return this.program.workspace.modules.get(file)!.document.text;
  }

  /** The tokens of a definition, with offsets in its file. */
  tokens(definition: Definition): readonly Token[] {
    const base = this.#baseOf(definition);
    const text = this.fileText(definition.file).slice(base, base + definition.declaration.length);
    return tokensIn(text, { start: 0, end: text.length }).map((token) => ({
      ...token,
      startOffset: token.startOffset + base,
      end: token.end + base,
    }));
  }

  #baseOf({ file, declaration }: Definition): number {
    return offsetOf(this.program.workspace.modules.get(file)!, declaration);
  }

  /** Whether an import says by a hash what the file must be. */
  isReadOnly(file: string): boolean {
    for (const [{ term }, found] of this.program.workspace.imports)
      if (found === file && term?.node._tag === "Import" && term.node.sha256 !== null) return true;
    return false;
  }

  /** What the system's declaration says it is; null without a system. */
  get system(): Thunk | null {
    const { program } = this;
    const definition =
      program.system === null ? undefined : program.workspace.lookup(program.file, program.system);
    const whole = definition === undefined ? null : wholeOf(definition);
    return whole === null ? null : childrenOf(whole)[0]!;
  }

  /** Where something is, for people: `shop.arch:12`. */
  placeOf(thunk: Thunk): string {
    const { file, start } = this.extent(thunk);
    return `${file}:${this.program.workspace.modules.get(file)!.document.position(start).line}`;
  }

  /** An expression that stands for an automaton among the names of the system's file; null where none is known. */
  reference(automaton: string): string | null {
    const { workspace, file } = this.program;
    const isIt = (value: Value | undefined): boolean =>
      value?._tag === "Automaton" && value.name === automaton;
    for (const [name, { declared }] of workspace.modules.get(file)!.bindings) {
      const value = declared[0]?.node.value;
      if (isIt(value)) return name;
    }
    for (const [name, { declared }] of workspace.modules.get(file)!.bindings) {
      const value = declared[0]?.node.value;
      if (value?._tag === "Module")
        for (const [field, of] of value.fields) if (isIt(of)) return `${name}.${field}`;
      if (value?._tag === "List") {
        let index = 0;
        for (const of of elements(value)) {
          if (isIt(of)) return `${name}[${index}]`;
          index++;
        }
      }
    }
    return this.#closedText(automaton);
  }

  /** The automaton as it is written somewhere, where that needs no names but those of the system's file. */
  #closedText(automaton: string): string | null {
    for (const { steps } of this.places({ _tag: "Automaton", name: automaton })) {
      for (const { thunk } of [...steps].reverse()) {
        const value = this.value(thunk);
        if (!isOf(value, automaton) || thunk.definition.file !== this.program.file) continue;
        if (thunk.environment === null && thunk.at > 0) return this.text(thunk);
      }
    }
    return null;
  }

  /** One text in the place of an expression. */
  replace(thunk: Thunk, text: string): Splice {
    return { ...this.extent(thunk), text };
  }
}

const isOf = (value: Value, automaton: string): boolean =>
  value._tag === "Automaton" && value.name === automaton;
