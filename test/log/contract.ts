import { describe } from "vitest";
import type { MakeLog } from "./contract/harness.ts";
import { describeModel } from "./contract/model-contract.ts";
import { describeStore } from "./contract/store-contract.ts";
import { describeTasks } from "./contract/tasks-contract.ts";
import { describeTopics } from "./contract/topics-contract.ts";

export type { MakeLog } from "./contract/harness.ts";

/** What every log must do. `modelRuns`: random sequences of operations to try. */
export function describeLogContract(name: string, makeLog: MakeLog, modelRuns = 25): void {
  describe(`the ${name} log`, () => {
    describeTopics(makeLog);
    describeTasks(makeLog);
    describeStore(makeLog);
    describeModel(makeLog, modelRuns);
  });
}
