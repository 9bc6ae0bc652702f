import { type ErrorCode, MagpieError, messageOf } from "../../core/errors.ts";

/** Another producer with the same transactional id was opened, or the coordinator ended the transaction. */
const fenced = new Set(["INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED"]);

/** The broker would refuse the same write again. */
const refused = new Set([
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "INVALID_TIMESTAMP",
  "CORRUPT_MESSAGE",
  "INVALID_RECORD",
  "INVALID_REQUIRED_ACKS",
  "UNSUPPORTED_FOR_MESSAGE_FORMAT",
  "UNSUPPORTED_COMPRESSION_TYPE",
  "POLICY_VIOLATION",
]);

const unauthenticated = new Set([
  "SASL_AUTHENTICATION_FAILED",
  "UNSUPPORTED_SASL_MECHANISM",
  "ILLEGAL_SASL_STATE",
]);

const unknownTopic = new Set(["UNKNOWN_TOPIC_OR_PARTITION", "INVALID_TOPIC_EXCEPTION"]);

/** The cluster will not have a topic so. */
const conflict = new Set([
  "INVALID_PARTITIONS",
  "INVALID_CONFIG",
  "INVALID_REPLICATION_FACTOR",
  "INVALID_REQUEST",
]);

/** What Node says of certificates it does not trust. */
const certificateCode = /CERT|TLS_|^UNABLE_TO_|^EPROTO$/;

/** The number of PRODUCER_FENCED, which the client does not know by name. */
const producerFencedNumber = 90;

/** The coded error for whatever the client threw; `doing` says what was being done, as "writing to a/0". */
export function kafkaError(doing: string, error: unknown): MagpieError {
  if (error instanceof MagpieError) return error;
  const code = codeOf(error);
  const [innermost] = [...layers(error)].slice(-1);
  return new MagpieError(code, `${doing}: ${messageOf(innermost ?? error)}${advice[code] ?? ""}`, {
    cause: error,
  });
}

const advice: { readonly [code in ErrorCode]?: string } = {
  MGP_TASK_FENCED:
    ". Another process owns the transactional id now, or this one took longer than a transaction may",
  MGP_LOG_AUTHENTICATION: ". Check the listener's port, tls and sasl of the configuration",
  MGP_LOG_UNAUTHORIZED: ". Ask for the rights of this user to be extended",
};

function codeOf(error: unknown): ErrorCode {
  for (const layer of layers(error)) {
    const { name, type, code } = layer;
    if (type !== undefined) {
      if (fenced.has(type)) return "MGP_TASK_FENCED";
      if (refused.has(type)) return "MGP_LOG_REFUSED";
      if (unknownTopic.has(type)) return "MGP_TOPIC_UNKNOWN";
      if (conflict.has(type)) return "MGP_TOPIC_CONFLICT";
      if (unauthenticated.has(type)) return "MGP_LOG_AUTHENTICATION";
      if (type.endsWith("AUTHORIZATION_FAILED")) return "MGP_LOG_UNAUTHORIZED";
    }
    if (name === "KafkaJSProtocolError" && code === producerFencedNumber) return "MGP_TASK_FENCED";
    if (name === "KafkaJSSASLAuthenticationError") return "MGP_LOG_AUTHENTICATION";
    if (typeof code === "string" && certificateCode.test(code)) return "MGP_LOG_AUTHENTICATION";
  }
  return "MGP_LOG_UNAVAILABLE";
}

/** The name of what a broker answered, wherever the client has wrapped it. */
export function protocolTypeOf(error: unknown): string | undefined {
  for (const { type } of layers(error)) if (type !== undefined) return type;
  return undefined;
}

interface Layer {
  readonly name?: string;
  readonly type?: string;
  readonly code?: unknown;
}

/** The error and what is inside it: the client wraps what a broker said in errors about its retries, or in lists. */
function* layers(error: unknown): Iterable<Layer> {
  for (let layer = error, depth = 0; layer instanceof Error && depth < 5; layer = inside(layer), depth++)
    yield layer;
}

function inside(error: Error & { readonly errors?: unknown }): unknown {
  return Array.isArray(error.errors) ? error.errors[0] : error.cause;
}
