import type { KafkaVersion } from "./kafka-versions.ts";

export type ListenerProtocol = "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";

/** A port clients may connect to, always on the loopback interface. */
export interface Listener {
  /** In capitals; unique within a broker. */
  readonly name: string;
  readonly protocol: ListenerProtocol;
  readonly port: number;
  /** The port the broker tells clients to use, when a proxy stands before it. */
  readonly advertised?: number;
}

export interface BrokerSpec {
  readonly id: number;
  readonly controllerPort: number;
  /** The first one also serves the other brokers; its protocol is PLAINTEXT. */
  readonly listeners: readonly [Listener, ...Listener[]];
}

export interface User {
  readonly name: string;
  readonly password: string;
}

/** For listeners that are not PLAINTEXT. */
export interface Security {
  /** Known to SASL PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 alike. */
  readonly users: readonly User[];
  /** Users who may do everything; others only what an ACL allows. */
  readonly superUsers: readonly string[];
}

/** What a cluster shall be. */
export interface ClusterSpec {
  readonly version: KafkaVersion;
  readonly brokers: readonly BrokerSpec[];
  readonly security?: Security;
  /** To start soon rather than to be fast. */
  readonly shortLived?: boolean;
}
