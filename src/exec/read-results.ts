import { MagpieError } from "../core/errors.ts";
import type { ExternalPlugin, Judgement, Results } from "../core/plugin.ts";
import type { MagpieRecord } from "../core/record.ts";
import { RecordError } from "../core/record-error.ts";
import type { Verdict } from "../core/verdict.ts";

/** What a program gave for one record, before anything about it is known. */
type Given = { readonly [key: string]: unknown } | null | undefined;

const filterKeys: ReadonlySet<string> = new Set(["keep", "measures", "reasons", "tags"]);

/**
 * The results of a program as those of a phase. One that cannot be read becomes a RecordError; whether measures, reasons and
 * records are what they should be is checked where those of every plugin are.
 */
export function readResults(
  given: readonly unknown[],
  plugin: ExternalPlugin,
  batch: readonly MagpieRecord[],
): Results<Judgement | MagpieRecord> {
  const read = plugin.kind === "external-filter" ? readJudgement : readRewritten;
  return given.map((result, i) => {
    const object = typeof result === "object" ? (result as Given) : undefined;
    if (object === undefined || object === null) return unreadable("it is no object");
    return "error" in object ? readError(object["error"]) : read(object, batch[i]);
  });
}

function readError(error: unknown): RecordError {
  const { code, message } = (typeof error === "object" && error !== null ? error : {}) as NonNullable<Given>;
  if (typeof code === "string" && typeof message === "string") return new RecordError(code, message);
  return unreadable("its error has no code or no message");
}

function readJudgement(result: NonNullable<Given>): Judgement | RecordError {
  for (const key in result)
    if (!filterKeys.has(key)) return unreadable(`it has the unknown key ${JSON.stringify(key)}`);
  const { keep, reasons, measures, tags } = result;
  const verdict = (keep === true ? { keep } : { keep, reasons }) as Verdict;
  return { verdict, measures: measures as Judgement["measures"], tags: (tags ?? {}) as Judgement["tags"] };
}

function readRewritten(
  result: NonNullable<Given>,
  input: MagpieRecord | undefined,
): MagpieRecord | RecordError {
  if (result["unchanged"] === true && input !== undefined) return input;
  const { record } = result;
  return typeof record === "object" && record !== null
    ? (record as MagpieRecord)
    : unreadable("it has neither a record nor unchanged: true");
}

function unreadable(why: string): RecordError {
  const { code, message } = new MagpieError(
    "MGP_PLUGIN_RESULT",
    `the program's result cannot be read: ${why}`,
  );
  return new RecordError(code, message);
}
