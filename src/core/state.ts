/**
 * One stateful stage's own key-value store. Strings are UTF-8. Writes are staged and become durable together with the
 * outputs and the position of the records that caused them, or not at all. Keys are 1 to 1,024 bytes.
 */
export interface State {
  get(key: string | Uint8Array): Uint8Array | undefined;
  put(key: string | Uint8Array, value: Uint8Array): void;
  delete(key: string | Uint8Array): void;
  /** Entries whose key starts with `prefix`, in byte order of the key. */
  entries(prefix?: string | Uint8Array): Iterable<readonly [Uint8Array, Uint8Array]>;
}

/** Longest key of a state entry, in bytes. */
export const maxStateKeyBytes = 1024;
