/** What can be made to fail. */
export type FaultyOperation = "append" | "read" | "commit" | "answer";

interface Fault {
  readonly operation: FaultyOperation;
  readonly when: "before" | "after";
  readonly error: Error;
}

/** Failures a test plans for a memory log. */
export class MemoryFaults {
  readonly #planned: Fault[] = [];
  readonly #thefts = new Map<string, number>();

  /**
   * The next `operation` throws `error`: `before` anything was done, or `after` all of it was (to the caller, an unknown
   * outcome). Several plans for one operation are met one after the other.
   */
  next(operation: FaultyOperation, when: "before" | "after", error: Error): void {
    this.#planned.push({ operation, when, error });
  }

  /** From now on the owners of the pipeline's tasks are taken for dead: they are fenced, and others may open its tasks. */
  steal(pipeline: string): void {
    this.#thefts.set(pipeline, this.thefts(pipeline) + 1);
  }

  /** How often the pipeline was stolen. */
  thefts(pipeline: string): number {
    return this.#thefts.get(pipeline) ?? 0;
  }

  /** Runs `action`, or fails as planned. */
  run<T>(operation: FaultyOperation, action: () => T): T {
    const index = this.#planned.findIndex((fault) => fault.operation === operation);
    const [fault] = index === -1 ? [] : this.#planned.splice(index, 1);
    if (fault?.when === "before") throw fault.error;
    const result = action();
    if (fault !== undefined) throw fault.error;
    return result;
  }
}
