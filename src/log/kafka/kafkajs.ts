import { createRequire } from "node:module";
import type { Producer, RetryOptions, SASLOptions } from "kafkajs";
import type { NewRecord } from "./split-records.ts";

/**
 * What we use of KafkaJS 2.2.4 below its public face: the connections, the metadata, the encoders of requests and the
 * producer on a cluster object of our own. `require` finds the modules wherever the package was installed. The version is
 * pinned exactly, because these are internals.
 */
const require = createRequire(import.meta.url);

interface Logger {
  namespace(name: string): Logger;
}

export interface ConnectionPool {
  /** Two: one for fetches, which may wait long, one for all else. */
  readonly pool: readonly RawConnection[];
  /** Sends a request and gives what `response.parse` makes of the answer. */
  send<T>(protocol: Protocol<T>): Promise<T>;
}

/** One socket and its half-read answers. */
export interface RawConnection {
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  authHandlers: unknown;
  isConnected(): boolean;
  connect(): Promise<boolean>;
}

export interface Protocol<T> {
  readonly request: object;
  readonly response: {
    decode(payload: Buffer): Promise<object>;
    parse(decoded: never): Promise<T>;
  };
}

export interface GroupMemberMetadata {
  readonly memberId: string;
  readonly memberMetadata: Buffer;
}

interface ConfigEntry {
  readonly configName: string;
  readonly configValue: string;
  readonly configSource: number;
}

export interface Broker {
  readonly nodeId: number | string;
  readonly connectionPool: ConnectionPool;
  produce: (request: ProduceRequest) => Promise<unknown>;
  disconnect(): Promise<void>;
  metadata(topics: readonly string[]): Promise<Metadata>;
  listOffsets(request: {
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
  }>;
  findGroupCoordinator(group: CoordinatorOf): Promise<unknown>;
  joinGroup(request: {
    readonly groupId: string;
    readonly memberId: string;
    readonly sessionTimeout: number;
    readonly rebalanceTimeout: number;
    readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[];
  }): Promise<{
    readonly generationId: number;
    readonly leaderId: string;
    readonly memberId: string;
    readonly members: readonly GroupMemberMetadata[];
  }>;
  syncGroup(request: {
    readonly groupId: string;
    readonly generationId: number;
    readonly memberId: string;
    readonly groupAssignment: readonly { readonly memberId: string; readonly memberAssignment: Buffer }[];
  }): Promise<{ readonly memberAssignment: Buffer }>;
  heartbeat(request: {
    readonly groupId: string;
    readonly groupGenerationId: number;
    readonly memberId: string;
  }): Promise<unknown>;
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
  describeGroups(request: { readonly groupIds: readonly string[] }): Promise<{
    readonly groups: readonly { readonly members: readonly unknown[] }[];
  }>;
  createTopics(request: {
    readonly topics: readonly {
      readonly topic: string;
      readonly numPartitions: number;
      readonly replicationFactor: number;
      readonly configEntries: readonly { readonly name: string; readonly value: string }[];
    }[];
    readonly timeout: number;
  }): Promise<unknown>;
  createPartitions(request: {
    readonly topicPartitions: readonly { readonly topic: string; readonly count: number }[];
    readonly timeout: number;
  }): Promise<unknown>;
  deleteTopics(request: { readonly topics: readonly string[]; readonly timeout: number }): Promise<unknown>;
  describeConfigs(request: {
    readonly resources: readonly { readonly type: number; readonly name: string }[];
  }): Promise<{
    readonly resources: readonly {
      readonly resourceName: string;
      readonly configEntries: readonly ConfigEntry[];
    }[];
  }>;
  alterConfigs(request: {
    readonly resources: readonly {
      readonly type: number;
      readonly name: string;
      readonly configEntries: readonly { readonly name: string; readonly value: string }[];
    }[];
  }): Promise<unknown>;
}

export interface Metadata {
  readonly brokers: readonly { readonly nodeId: number }[];
  readonly controllerId: number;
  readonly topicMetadata: readonly {
    readonly topic: string;
    readonly isInternal: boolean;
    readonly partitionMetadata: readonly { readonly partitionId: number; readonly leader: number }[];
  }[];
}

export interface Cluster {
  /** The retries of InitProducerId; the constructor leaves it unset. */
  retry?: RetryOptions;
  readonly connectionPoolBuilder: {
    build(destination?: object): Promise<ConnectionPool>;
  };
  readonly brokerPool: { readonly metadata: Metadata | null; createBroker: (options: object) => Broker };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  findLeaderForPartitions(
    topic: string,
    partitions: readonly number[],
  ): {
    readonly [nodeId: string]: readonly number[];
  };
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  findBroker(node: { readonly nodeId: string | number }): Promise<Broker>;
  findControllerBroker(): Promise<Broker>;
  getNodeIds(): readonly string[];
  findGroupCoordinator(group: { readonly groupId: string }): Promise<Broker>;
  findGroupCoordinatorMetadata: (group: CoordinatorOf) => Promise<unknown>;
}

interface CoordinatorOf {
  readonly groupId: string;
  readonly coordinatorType: number;
}

interface ClusterOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl: object | undefined;
  readonly sasl: SASLOptions | undefined;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly metadataMaxAge: number;
  readonly retry: RetryOptions;
  readonly allowAutoTopicCreation: boolean;
  readonly maxInFlightRequests?: number;
  readonly socketFactory: (target: {
    readonly host: string;
    readonly port: number;
    readonly ssl: object | undefined;
    readonly onConnect: () => void;
  }) => object;
  readonly logger: Logger;
}

interface ProducerOptions {
  readonly cluster: Cluster;
  readonly logger: Logger;
  readonly retry: RetryOptions;
  readonly transactionalId: string;
  readonly transactionTimeout: number;
  /** Never asked: every message of ours names its partition. */
  readonly createPartitioner: () => (message: { readonly message: { readonly partition: number } }) => number;
}

export const ClusterClass: new (options: ClusterOptions) => Cluster = require("kafkajs/src/cluster");

export const createProducer: (options: ProducerOptions) => Producer = require("kafkajs/src/producer");

const loggers: {
  createLogger(options: { logCreator: () => () => void }): Logger;
} = require("kafkajs/src/loggers");

/**
 * Says nothing, whatever KAFKAJS_LOG_LEVEL asks for: the client would write what it sends beside our own log, and every
 * failure of it reaches the caller as an error anyway.
 */
export const silentLogger = loggers.createLogger({ logCreator: () => () => {} });

interface RequestBytes {
  readonly buffer: Buffer;
  writeString(text: string): this;
  writeBuffer(bytes: Buffer): this;
  writeArray(items: readonly (number | RequestBytes)[]): this;
}

/** Writes Kafka's wire format. */
export const Encoder: new () => RequestBytes = require("kafkajs/src/protocol/encoder");

/** What a producer has sent, its messages as they were given to it. */
export interface ProduceRequest {
  readonly transactionalId: string;
  readonly producerId: string | object;
  readonly producerEpoch: number;
  readonly acks: number;
  readonly timeout: number;
  readonly compression: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence: number;
      readonly messages: readonly { readonly record: NewRecord }[];
    }[];
  }[];
}

const protocol: {
  readonly requests: {
    readonly Produce: {
      protocol(version: { readonly version: 7 }): (request: ProduceRequest) => Protocol<unknown>;
    };
  };
} = require("kafkajs/src/protocol/requests");

export const produceRequest = protocol.requests.Produce.protocol({ version: 7 });

/** The error of a number that stands in an answer. */
export const protocolError: (code: number) => Error =
  require("kafkajs/src/protocol/error").createErrorFromCode;
