import type { Readable } from "node:stream";
import { MagpieError } from "../core/errors.ts";
import type { Log } from "../log/log.ts";
import { BatchWriter } from "./batch-writer.ts";
import { type InputPlace, isBefore } from "./input/input-record.ts";
import { type InputProgress, readInput } from "./input/read-input.ts";
import { renderBar } from "./render/bar.ts";
import { countOf, formatBytes, formatCount } from "./render/numbers.ts";
import type { StatusLine } from "./status-line.ts";

export interface ProduceFileOptions {
  readonly topic: string;
  readonly log: Log;
  readonly stdin: Readable;
  readonly maxRecordBytes: number;
  /** Records before it are left out. */
  readonly from: InputPlace;
  readonly status: StatusLine;
  readonly signal: AbortSignal;
}

export interface RefusedRecord extends InputPlace {
  readonly error: MagpieError;
}

export interface ProducedFile {
  readonly file: string;
  /** Records. */
  readonly appended: number;
  /** Of the records appended. */
  readonly bytes: number;
  readonly refused: readonly RefusedRecord[];
  /** Why the file, or what was left of it, was refused. */
  readonly malformed?: MagpieError;
  /** Where to go on when it was interrupted, or (`error`) the log failed. */
  readonly stopped?: { readonly next: InputPlace; readonly error?: MagpieError };
}

/** Appends one file's records: at once up to 256 MB, in batches above. Throws only what is not a {@link MagpieError}. */
export async function produceFile(file: string, options: ProduceFileOptions): Promise<ProducedFile> {
  const writer = new BatchWriter(options.log, options.topic);
  const refused: RefusedRecord[] = [];
  const result = () => ({ file, appended: writer.appended, bytes: writer.bytes, refused });
  try {
    for await (const batch of readInput(file, options)) {
      options.signal.throwIfAborted();
      for (const record of batch.oversize)
        if (!isBefore(record, options.from))
          refused.push({ ...record, error: tooLarge(file, record, options) });
      for (const record of batch.records) if (!isBefore(record, options.from)) writer.add(record);
      await writer.flushFull(batch.progress.size ?? 0);
      await options.status.show(() => statusText(file, options.topic, writer, batch.progress));
    }
    await writer.flush();
    return result();
  } catch (error) {
    const next = writer.next ?? options.from;
    if (options.signal.aborted) return { ...result(), stopped: { next } };
    if (!(error instanceof MagpieError)) throw error;
    if (error.code !== "MGP_INPUT_MALFORMED") return { ...result(), stopped: { next, error } };
    return { ...result(), malformed: refuseRest(error, writer) };
  }
}

/** Below 256 MB nothing of a malformed file goes in; above, what stood before the damage has its place already. */
function refuseRest(error: MagpieError, writer: BatchWriter): MagpieError {
  const went =
    writer.appended === 0
      ? "nothing of the file was appended"
      : `its first ${formatCount(writer.appended)} records were appended`;
  return new MagpieError(error.code, `${error.message}; ${went}`, { cause: error });
}

function tooLarge(
  file: string,
  record: InputPlace & { readonly size: number },
  { maxRecordBytes }: ProduceFileOptions,
): MagpieError {
  return new MagpieError(
    "MGP_RECORD_TOO_LARGE",
    `${file}:${record.line}: the record has ${formatCount(record.size)} bytes, more than limits.maxRecordBytes (${formatCount(maxRecordBytes)}); it was left out, the rest goes in`,
  );
}

function statusText(file: string, topic: string, writer: BatchWriter, progress: InputProgress): string {
  const share = progress.size === undefined ? undefined : progress.read / Math.max(1, progress.size);
  const bar = share === undefined ? "" : `${renderBar(share, 20)} ${Math.floor(share * 100)} %  `;
  return `${topic} ← ${file}  ${bar}${countOf(writer.taken.records, "record")}, ${formatBytes(writer.taken.bytes)}`;
}
