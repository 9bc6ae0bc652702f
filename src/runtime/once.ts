import { MagpieError, messageOf } from "../core/errors.ts";
import { canonicalJson, type Json } from "../core/json.ts";
import type { AnswerKey, Context } from "../core/plugin.ts";
import { sha256Hex } from "../core/sha256.ts";
import type { Journal } from "../log/log.ts";

/** Whether an answer was paid just now, or before: by an earlier run, another pipeline, or whoever asked the same at this time. */
export type AnswerSource = "bought" | "reused";

/** Questions being asked, by journal: pipelines that share a journal never pay for the same one twice at the same time. */
const asking = new WeakMap<Journal, Map<string, Promise<Json>>>();

/**
 * The `once` of a plugin's context: the journaled answer for a key, asking (and paying) only when there is none. An answer
 * is on disk before it is returned, and what is returned is what the journal holds, so that a replay sees the same.
 * Concurrent equal keys share one ask. An ask that fails is not journaled, and whoever asks next asks anew.
 *
 * `tell` is told of each answer whether it was paid now. The promise rejects with what `ask` rejects with; MGP_LOG_CORRUPT when the journaled bytes are not JSON; a TypeError when
 * the answer is not; the journal's own errors.
 */
export function createOnce(
  journal: Journal,
  plugin: { readonly name: string; readonly version: string },
  tell: (source: AnswerSource) => void = () => {},
): Context["once"] {
  return <T extends Json>(key: AnswerKey, ask: () => Promise<T>): Promise<T> => {
    const name = answerName(plugin, key);
    const underWay = askingOf(journal);
    let answer = underWay.get(name);
    if (answer === undefined) {
      answer = answerOf(journal, name, ask, tell).finally(() => underWay.delete(name));
      underWay.set(name, answer);
    } else
      answer.then(
        () => tell("reused"),
        () => {},
      );
    // The key names the question, so the answer has the type its asker gave it.
    return answer as Promise<T>;
  };
}

/** Key of an answer in the journal: sha256 over what determines it, as canonical JSON. */
export function answerName(
  plugin: { readonly name: string; readonly version: string },
  key: AnswerKey,
): string {
  return sha256Hex(
    canonicalJson({
      plugin: `${plugin.name}@${plugin.version}`,
      model: key.model,
      prompt: key.prompt,
      parameters: key.parameters,
      sample: key.sample,
    }),
  );
}

async function answerOf(
  journal: Journal,
  name: string,
  ask: () => Promise<Json>,
  tell: (source: AnswerSource) => void,
): Promise<Json> {
  const known = await journal.get(name);
  if (known !== undefined) {
    tell("reused");
    return parseAnswer(name, known);
  }
  const answer = await ask();
  tell("bought");
  const bought = Buffer.from(canonicalJson(answer));
  await journal.put(name, bought);
  // Another process may have answered first; its answer stays, and a replay would see that one.
  return parseAnswer(name, (await journal.get(name)) ?? bought);
}

function parseAnswer(name: string, bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new MagpieError(
      "MGP_LOG_CORRUPT",
      `the journaled answer ${name} is not JSON (${messageOf(error)}); restore the store from a backup`,
      { cause: error },
    );
  }
}

function askingOf(journal: Journal): Map<string, Promise<Json>> {
  let underWay = asking.get(journal);
  if (underWay === undefined) {
    underWay = new Map();
    asking.set(journal, underWay);
  }
  return underWay;
}
