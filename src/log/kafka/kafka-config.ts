/** How to reach and enter a Kafka cluster. */
export interface KafkaConfig {
  /** `host:port` of some brokers; the others are learnt from them. */
  readonly brokers: readonly string[];
  /** The name brokers log and quotas go by. */
  readonly clientId: string;
  readonly tls?: TlsConfig;
  readonly sasl?: SaslConfig;
}

/** Certificates and keys as PEM. */
export interface TlsConfig {
  /** Who is trusted to sign the brokers' certificates; the authorities Node knows by default. */
  readonly ca?: string;
  /** What this client shows, where brokers ask for it. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

export interface SaslConfig {
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  readonly username: string;
  readonly password: string;
}
