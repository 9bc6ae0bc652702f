import { randomUUID } from "node:crypto";
import { firstValueFrom } from "rxjs";
import type { Checkpoint } from "../../../src/core/checkpoint.ts";
import { emptyLedger } from "../../../src/core/ledger.ts";
import type {
  Credit,
  Log,
  Message,
  Output,
  ScanRange,
  Segment,
  StateWrite,
  StoredMessage,
  TaskLog,
} from "../../../src/log/log.ts";

/** What a log promises beyond the port. */
export interface LogCapabilities {
  /** One order over all partitions and topics; one task reads all partitions of all its sources in it. */
  readonly totalOrder: boolean;
  /** Retention is applied by the next append. */
  readonly promptRetention: boolean;
  /** Offsets of a partition have no gaps. */
  readonly denseOffsets: boolean;
  /** A task may be opened before its sources exist, and waits for them. */
  readonly waitsForTopics: boolean;
}

/** A log in a store of its own. */
export interface LogUnderTest {
  readonly log: Log;
  readonly capabilities: LogCapabilities;
  /** Closes the log last given and opens its store again. */
  reopen(): Promise<Log>;
  /** Closes the log last given and removes the store. */
  dispose(): Promise<void>;
}

export type MakeLog = () => Promise<LogUnderTest>;

/** Runs `body` on a log of its own. */
export function withLog(makeLog: MakeLog, body: (test: LogUnderTest) => Promise<void>) {
  return async () => {
    const test = await makeLog();
    try {
      await body(test);
    } finally {
      await test.dispose();
    }
  };
}

/** A name no other test uses, so that one server can serve them all. */
export function unique(name: string): string {
  return `${name}-${randomUUID()}`;
}

export function segmentOf(pipeline: string, ...sources: string[]): Segment {
  return { pipeline, name: "main", sources };
}

/** Opens every task of the segment; there is one when its sources have one partition. */
export async function openTasks(log: Log, segment: Segment): Promise<readonly TaskLog[]> {
  const ids = await firstValueFrom(log.assignments(segment));
  return Promise.all(ids.map((id) => log.open(id)));
}

export async function openTask(log: Log, segment: Segment): Promise<TaskLog> {
  const [task] = await openTasks(log, segment);
  return task!;
}

export const plenty: Credit = { records: 1000, bytes: 1 << 26 };
export const never = new AbortController().signal;

/** Reads until `count` messages have come, or nothing came for about two seconds. */
export async function readMessages(task: TaskLog, count: number, credit = plenty): Promise<StoredMessage[]> {
  const messages: StoredMessage[] = [];
  for (let empty = 0; messages.length < count && empty < 20; ) {
    const chunk = await task.read(credit, never);
    messages.push(...chunk.messages);
    empty = chunk.messages.length === 0 ? empty + 1 : 0;
  }
  return messages;
}

export async function scanAll(log: Log, topic: string, range?: ScanRange): Promise<StoredMessage[]> {
  const messages: StoredMessage[] = [];
  for await (const message of log.scan(topic, range)) messages.push(message);
  return messages;
}

export function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
}

export function bytes(content: string): Uint8Array {
  return new Uint8Array(Buffer.from(content, "utf8"));
}

export function texts(messages: readonly StoredMessage[]): (string | undefined)[] {
  return messages.map(({ value }) => text(value));
}

export function message(content: string): Message {
  return { value: bytes(content) };
}

export function output(topic: string, content: string): Output {
  return { topic, value: bytes(content) };
}

export function put(stage: string, key: string, value: string): StateWrite {
  return { stage, key: bytes(key), value: bytes(value) };
}

export function remove(stage: string, key: string): StateWrite {
  return { stage, key: bytes(key), value: undefined };
}

export function stateOf(task: TaskLog, stage: string, prefix = "") {
  return [...task.state.entries(stage, bytes(prefix))].map(([key, value]) => [text(key), text(value)]);
}

export async function scannedState(log: Log, pipeline: string) {
  const entries: string[] = [];
  for await (const { stage, key, value } of log.scanState(pipeline))
    entries.push(`${stage}:${text(key)}=${text(value)}`);
  return entries;
}

/** The checkpoint after `commit` that has read `messages` besides what `before` tells. */
export function checkpointAfter(
  before: Checkpoint | undefined,
  messages: readonly StoredMessage[],
): Checkpoint {
  const offsets: Record<string, string> = { ...before?.offsets };
  for (const { position } of messages)
    offsets[`${position.topic}/${position.partition}`] = String(position.offset + 1n);
  return {
    commit: (before?.commit ?? 0) + 1,
    offsets,
    streamTime: 0,
    plan: "0".repeat(64),
    fingerprints: { stage: "fingerprint" },
    ledger: { ...emptyLedger(["stage"]), received: (before?.ledger.received ?? 0) + messages.length },
  };
}

/** Commits what was read, with these outputs and state writes. */
export async function commitRead(
  task: TaskLog,
  messages: readonly StoredMessage[],
  written: { readonly outputs?: readonly Output[]; readonly state?: readonly StateWrite[] } = {},
): Promise<Checkpoint> {
  const checkpoint = checkpointAfter(task.checkpoint, messages);
  await task.commit({ checkpoint, outputs: written.outputs ?? [], state: written.state ?? [] });
  return checkpoint;
}
