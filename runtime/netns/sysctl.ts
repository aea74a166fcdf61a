/**
 * Settings below /proc/sys. Those of the network are those of the namespace that the calling
 * thread is in when it opens them. For most of them the kernel tells of no change, so they
 * are read now and then: through a descriptor that is kept that takes a microsecond each.
 */
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { KernelError, refusedWith } from "../kernel-error.ts";
import { withNamespace } from "../namespaces.ts";

/** A path below /proc/sys, and a value. */
export interface Setting {
  readonly path: string;
  readonly value: string;
}

const pathOf = (path: string): string => `/proc/sys/${path}`;

/** As `sysctl` calls it: a dot in the name of a link is a slash there. */
const settingName = (path: string): string =>
  path
    .split("/")
    .map((part) => part.replaceAll(".", "/"))
    .join(".");

/** Null where there is none: a link and its settings may go at any time. */
export const currentValue = (path: string): string | null => {
  try {
    return readFileSync(pathOf(path), "utf8").trim();
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return null;
    throw error;
  }
};

/** Equivalent to: `sysctl -w PATH=VALUE` */
export const putSetting = ({ path, value }: Setting): void => {
  try {
    writeFileSync(pathOf(path), value);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
    throw new KernelError(`set ${settingName(path)} to ${value}`, code, String(error));
  }
};

/** Gives settings their values, in this order; a link that is gone needs none. */
export const putSettings = (settings: readonly Setting[]): void => {
  for (const setting of settings) {
    try {
      putSetting(setting);
    } catch (error) {
      if (!refusedWith(error, "ENOENT")) throw error;
    }
  }
};

/** The same of those that have another value now. */
export const mendSettings = (settings: readonly Setting[]): void =>
  putSettings(settings.filter(({ path, value }) => (currentValue(path) ?? value) !== value));

export const wrongSetting = ({ path }: Setting, value: string): string =>
  `${settingName(path)} was set to ${value}`;

const room = Buffer.alloc(256);

/** Settings of one namespace, held open so that to read them it need not be entered. */
export class HeldSettings {
  readonly #namespace: number;
  readonly #settings: readonly Setting[];
  readonly #descriptors = new Map<Setting, number>();

  /** `namespace`: open on it. */
  constructor(namespace: number, settings: readonly Setting[]) {
    this.#namespace = namespace;
    this.#settings = settings;
  }

  /** The first that has another value, in words; null: none has. One that is not there has none. */
  wrong(): string | null {
    this.#open();
    for (const [setting, fd] of this.#descriptors) {
      const value = this.#read(fd);
      if (value !== null && value !== setting.value) return wrongSetting(setting, value);
    }
    return null;
  }

  close(): void {
    for (const fd of this.#descriptors.values()) closeSync(fd);
    this.#descriptors.clear();
  }

  #open(): void {
    const missing = this.#settings.filter((setting) => !this.#descriptors.has(setting));
    if (missing.length === 0) return;
    withNamespace(this.#namespace, () => {
      for (const setting of missing) {
        try {
          this.#descriptors.set(setting, openSync(pathOf(setting.path), "r"));
        } catch (error) {
          if (!refusedWith(error, "ENOENT")) throw error; // some come with what they are about
        }
      }
    });
  }

  #read(fd: number): string | null {
    try {
      return room.toString("latin1", 0, readSync(fd, room, 0, room.length, 0)).trim();
    } catch (error) {
      if (refusedWith(error, "ENOENT")) return null; // the namespace is on its way out
      throw error;
    }
  }
}
