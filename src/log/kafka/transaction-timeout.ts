/** Milliseconds after which the coordinator aborts a transaction nobody ends; its partitions have no new end until then. */
export const transactionTimeoutMs = 10_000;
