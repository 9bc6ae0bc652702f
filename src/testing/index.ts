/** The public API for tests: what `import … from "magpie-stream/testing"` gives. */

export { buildRecord, buildRecords } from "./build-record.ts";
export type { Outcome } from "./conformance/run-plugin.ts";
export { type ConformanceRule, conformanceRules, type Violation } from "./conformance/violation.ts";
export { type ConformanceOptions, checkConformance, type OnCall } from "./conformance.ts";
export { ManualClock } from "./manual-clock.ts";
export { createTestContext } from "./test-context.ts";
export { createTestDriver, type TestDriver, type TestDriverOptions } from "./test-driver.ts";
export { tryPlugin } from "./try-plugin.ts";
