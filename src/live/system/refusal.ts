/** Errors of the kernel, as a person is told of them. */
import { KernelError } from "../../../runtime/kernel-error.ts";
import type { Refusal } from "../control/messages.ts";

/** Throws what is no error of the kernel. */
export const refusalOf = (error: unknown): Refusal => {
  if (!(error instanceof KernelError)) throw error;
  return { message: `cannot ${error.operation}: ${error.words}` };
};
