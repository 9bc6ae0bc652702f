/** The releases of Apache Kafka we develop and test against, by the name options give them. */
export const kafkaVersions = { "4": "4.4.0", "3.9": "3.9.2" } as const;

export type KafkaVersion = keyof typeof kafkaVersions;

/** What the broker's logging needs beside its own artefacts: 4.x speaks slf4j alone, 3.9 also log4j's first API. */
export const loggingArtefacts: Readonly<Record<KafkaVersion, string>> = {
  "4": "slf4j-simple",
  "3.9": "slf4j-reload4j",
};

export const slf4jVersion = "1.7.36";
