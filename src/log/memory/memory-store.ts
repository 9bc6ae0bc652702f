import type { Checkpoint } from "../../core/checkpoint.ts";

import type { Message, Output, StoredMessage, TaskId, TopicSettings } from "../log.ts";
import { topicPartition } from "../topic-partition.ts";
import { Wakeup } from "../wakeup.ts";
import { MemoryState } from "./memory-state.ts";
import { MemoryTopic } from "./memory-topic.ts";

export interface MemoryLease {
  readonly since: number;
  /** How often the pipeline had been stolen when the lease was taken. */
  readonly thefts: number;
}

/** What the store knows of a task. */
export interface MemoryTask {
  readonly id: TaskId;
  checkpoint: Checkpoint | undefined;
  lease: MemoryLease | undefined;
}

/** What a memory log keeps. Several logs may be opened over one store, one after the other or side by side. */
export class MemoryStore {
  readonly topics = new Map<string, MemoryTopic>();
  readonly tasks = new Map<string, MemoryTask>();
  readonly states = new Map<string, MemoryState>();
  readonly answers = new Map<string, Uint8Array>();
  readonly wakeup = new Wakeup();
  #sequence = 0;

  /** The topic; made with one partition when it does not exist. */
  topic(name: string, settings: TopicSettings = { partitions: 1 }): MemoryTopic {
    let topic = this.topics.get(name);
    if (topic === undefined) {
      topic = new MemoryTopic(name, settings);
      this.topics.set(name, topic);
    }
    return topic;
  }

  state(pipeline: string): MemoryState {
    let state = this.states.get(pipeline);
    if (state === undefined) {
      state = new MemoryState();
      this.states.set(pipeline, state);
    }
    return state;
  }

  write(messages: readonly Output[], now: number): void {
    const touched = new Set<MemoryTopic>();
    for (const message of messages) {
      const topic = this.topic(message.topic);
      topic.append(this.#sequence, withoutTopic(message), now);
      this.#sequence += 1;
      touched.add(topic);
    }
    for (const topic of touched) topic.trim(now, (message) => this.#isNeeded(message));
    this.wakeup.notify();
  }

  tasksOf(pipeline: string): readonly MemoryTask[] {
    return [...this.tasks.values()].filter((task) => task.id.segment.pipeline === pipeline);
  }

  /** Whether a task has still to read the message: one that was opened and has not committed needs all of its sources. */
  #isNeeded({ position }: StoredMessage): boolean {
    for (const { id, checkpoint } of this.tasks.values()) {
      if (!id.segment.sources.includes(position.topic)) continue;
      const next = checkpoint?.offsets[topicPartition(position.topic, position.partition)];
      if (next === undefined || position.offset >= BigInt(next)) return true;
    }
    return false;
  }
}

function withoutTopic({ topic: _, ...message }: Output): Message {
  return message;
}
