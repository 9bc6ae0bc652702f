import type { Log } from "../log/log.ts";
import type { AskOffsets } from "../runtime/partition-lags.ts";

/**
 * Asks a log where topics stand, without being held up by it: a question that is under way is not asked again, and after `longestMs`
 * the asker is told that the log does not answer.
 */
export function patientOffsets({ topics }: Pick<Log, "topics">, longestMs: number): AskOffsets {
  const asked = new Map<string, ReturnType<AskOffsets>>();
  return (topic) => {
    let answer = asked.get(topic);
    if (answer === undefined) {
      answer = topics.offsets(topic).finally(() => asked.delete(topic));
      asked.set(topic, answer);
    }
    return within(longestMs, answer);
  };
}

function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the log did not answer within ${ms} ms`)), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
