import { TestScheduler } from "rxjs/testing";
import { expect } from "vitest";

/** Runs a marble test in virtual time. */
export const marbles: TestScheduler["run"] = (test) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);
