/**
 * What the oracle need not do twice. It knows nothing of edits: an outcome is taken again
 * where all that it may depend on is the same, down to the texts that it is made of.
 */
import type { Augmented } from "./augmenting.ts";
import type { Evaluated } from "./evaluating.ts";
import { type Order, orderOf } from "./ordering.ts";
import { Parser } from "./parsing.ts";
import { Module } from "./reading.ts";

/** Of what resources are made. */
export interface Ingredients {
  readonly system: string;
  readonly composition: object;
  readonly inputs: object;
  readonly cells: object;
}

/** A file, and the order of its definitions. */
export interface Read {
  readonly module: Module;
  readonly order: Order;
}

/** Of programs within the same limits. */
export class Memory {
  readonly #parser = new Parser();
  readonly #files = new Map<string, Read>();
  readonly #numbers = new Map<string, number>();
  readonly #objects = new WeakMap<object, number>();
  readonly #outcomes = new Map<number, Evaluated>();
  #last: { readonly of: Ingredients; readonly augmented: Augmented } | null = null;

  read(file: string, text: string): Read {
    const key = `${file}\n${text}`;
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    const module = new Module(file, text, this.#parser);
    const read = { module, order: orderOf(module, this.#parser) };
    this.#files.set(key, read);
    return read;
  }

  /** One number for each list of parts. */
  number(...parts: readonly (string | number)[]): number {
    const text = JSON.stringify(parts);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size + 1);
    return this.#numbers.size;
  }

  /** One number for each object: two are the same only if they are one. */
  numberOf(object: object): number {
    const known = this.#objects.get(object);
    if (known !== undefined) return known;
    const number = this.number("object", this.#numbers.size);
    this.#objects.set(object, number);
    return number;
  }

  /** What the number stands for: it is made where it is not known. */
  outcome(number: number, make: () => Evaluated): Evaluated {
    const known = this.#outcomes.get(number);
    if (known !== undefined) return known;
    const made = make();
    this.#outcomes.set(number, made);
    return made;
  }

  augmented(of: Ingredients, make: () => Augmented): Augmented {
    const isSame = (key: keyof Ingredients): boolean => this.#last?.of[key] === of[key];
    if (!(["system", "composition", "inputs", "cells"] as const).every(isSame))
      this.#last = { of, augmented: make() };
    return this.#last!.augmented;
  }
}
