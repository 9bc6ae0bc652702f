import type { Role } from "../record.ts";

/** Every name of a role the readers know, and the role. */
export const roleNames: ReadonlyMap<unknown, Role> = new Map<unknown, Role>([
  ["system", "system"],
  ["user", "user"],
  ["human", "user"],
  ["prompter", "user"],
  ["assistant", "assistant"],
  ["gpt", "assistant"],
  ["model", "assistant"],
  ["bot", "assistant"],
]);
