/** Exit codes of the `magpie` command. */
export const exitCodes = {
  done: 0,
  /** Bad configuration or usage. */
  usage: 2,
  /** Some input was refused; the rest went in. */
  dataRefused: 65,
  /** A service or store cannot be used. */
  unavailable: 69,
  /** An invariant broke: a bug of ours. */
  invariant: 70,
  /** Try again later, or after freeing what is short. */
  temporary: 75,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

interface ErrorKind {
  readonly exit: ExitCode;
  /** Whether the same call may succeed when made again. */
  readonly retriable: boolean;
  readonly summary: string;
}

/** Every coded error of the system. The documentation's error catalogue is generated from this table. */
export const errorCatalogue = {
  MGP_CONFIG_INVALID: {
    exit: 2,
    retriable: false,
    summary: "The configuration has mistakes; each is listed with file and line.",
  },
  MGP_CONFIG_NOT_FOUND: {
    exit: 2,
    retriable: false,
    summary: "There is no configuration file at the given path.",
  },
  MGP_USAGE_INVALID: {
    exit: 2,
    retriable: false,
    summary: "The command line asks for something that does not exist or cannot be combined.",
  },
  MGP_CLI_UNEXPECTED: {
    exit: 70,
    retriable: false,
    summary: "A command ended with an error nobody foresaw: a bug of ours; the stack stands beside it.",
  },
  MGP_PLUGIN_NOT_FOUND: {
    exit: 2,
    retriable: false,
    summary:
      "A stage names a plugin that is neither built in, nor a file, nor an installed package, nor a program.",
  },
  MGP_PLUGIN_INVALID: {
    exit: 2,
    retriable: false,
    summary:
      "A plugin module does not export what defineTransform, defineFilter or defineStateful returns, or a program does not describe a plugin.",
  },
  MGP_PLUGIN_SETUP: { exit: 2, retriable: false, summary: "A plugin's setup failed." },
  MGP_PLUGIN_THREW: {
    exit: 70,
    retriable: false,
    summary: "A plugin threw while working on one record; the record was quarantined.",
  },
  MGP_PLUGIN_RESULT: {
    exit: 70,
    retriable: false,
    summary: "A plugin returned the wrong number of results, or a result its own schema refuses.",
  },
  MGP_PLUGIN_TIMEOUT: { exit: 75, retriable: true, summary: "A plugin call did not end within timeoutMs." },
  MGP_PLUGIN_CRASHED: {
    exit: 75,
    retriable: true,
    summary:
      "A worker thread or a program ended while the plugin in it worked: out of memory, or the plugin ended it.",
  },
  MGP_PLUGIN_MEMORY: {
    exit: 70,
    retriable: false,
    summary: "A plugin that is a program took more memory than maxMemory and was ended.",
  },
  MGP_PLUGIN_PROTOCOL: {
    exit: 70,
    retriable: false,
    summary:
      "A plugin that is a program wrote something else than the answer it was asked for, and was ended.",
  },
  MGP_RECORD_ENCODING: { exit: 65, retriable: false, summary: "The bytes of a record are not valid UTF-8." },
  MGP_RECORD_JSON: { exit: 65, retriable: false, summary: "The bytes of a record are not valid JSON." },
  MGP_RECORD_SHAPE: {
    exit: 65,
    retriable: false,
    summary: "The JSON of a record has none of the shapes the readers know.",
  },
  MGP_RECORD_TOO_LARGE: {
    exit: 65,
    retriable: false,
    summary: "A record is larger than limits.maxRecordBytes.",
  },
  MGP_INPUT_MALFORMED: {
    exit: 65,
    retriable: false,
    summary: "An input file is not what its first bytes promise.",
  },
  MGP_INPUT_NOT_FOUND: {
    exit: 2,
    retriable: false,
    summary: "An input file does not exist or cannot be read.",
  },
  MGP_STATE_FINGERPRINT: {
    exit: 2,
    retriable: false,
    summary: "An edit changes what shapes a stateful stage's state.",
  },
  MGP_STATE_KEY: {
    exit: 70,
    retriable: false,
    summary: "A plugin used a state key that is empty or longer than 1,024 bytes.",
  },
  MGP_TOPIC_UNKNOWN: {
    exit: 2,
    retriable: false,
    summary: "The topic is not in the configuration and not in the log.",
  },
  MGP_TOPIC_CONFLICT: {
    exit: 2,
    retriable: false,
    summary: "The topic exists with settings that cannot be changed to the configured ones.",
  },
  MGP_LOG_FULL: {
    exit: 75,
    retriable: true,
    summary: "The disk or the file size limit is full; nothing of the refused write was kept.",
  },
  MGP_LOG_CORRUPT: { exit: 69, retriable: false, summary: "The store's files are damaged." },
  MGP_LOG_VERSION: {
    exit: 69,
    retriable: false,
    summary: "The store was written by a newer version of magpie-stream.",
  },
  MGP_LOG_NETWORK_FS: {
    exit: 2,
    retriable: false,
    summary: "The store lies on a network file system, where its locks and memory map are not safe.",
  },
  MGP_LOG_UNAVAILABLE: { exit: 69, retriable: true, summary: "The store cannot be opened, read or written." },
  MGP_LOG_TRIMMED: {
    exit: 69,
    retriable: false,
    summary: "Records a pipeline had not read yet are no longer retained.",
  },
  MGP_TOPIC_RECREATED: {
    exit: 69,
    retriable: false,
    summary: "A topic was deleted and made anew behind a pipeline that had read it.",
  },
  MGP_LOG_REFUSED: {
    exit: 65,
    retriable: false,
    summary: "The broker refuses a message for what it is: too large for its topic, or malformed.",
  },
  MGP_LOG_AUTHENTICATION: {
    exit: 2,
    retriable: false,
    summary:
      "The brokers and this client do not trust each other: wrong credentials, mechanism or certificate.",
  },
  MGP_LOG_UNAUTHORIZED: {
    exit: 2,
    retriable: false,
    summary: "This user may not do that on the Kafka cluster.",
  },
  MGP_LEASE_HELD: { exit: 75, retriable: true, summary: "Another live process owns the pipeline." },
  MGP_TASK_FENCED: {
    exit: 75,
    retriable: true,
    summary: "Another process has taken the task over; nothing of this commit was written.",
  },
  MGP_LEDGER_UNBALANCED: {
    exit: 70,
    retriable: false,
    summary: "A commit does not account for every record it read; the pipeline stopped before writing it.",
  },
  MGP_FRAME_DAMAGED: {
    exit: 70,
    retriable: false,
    summary: "A message of an internal topic was not written by a segment of magpie-stream.",
  },
  MGP_SEGMENT_LEFT: {
    exit: 2,
    retriable: false,
    summary: "An edit takes away a segment of a pipeline that still has records on their way through it.",
  },
  MGP_COMMIT_REFUSED: {
    exit: 69,
    retriable: false,
    summary: "The log refuses what a commit holds, even for one record alone and as a quarantine entry.",
  },
  MGP_VERIFY_FAILED: {
    exit: 70,
    retriable: false,
    summary: "verify found an input that is not in exactly one place.",
  },
  MGP_RESET_REFUSED: {
    exit: 2,
    retriable: false,
    summary: "Another pipeline has read the outputs that reset would remove.",
  },
  MGP_DRAIN_TIMEOUT: {
    exit: 75,
    retriable: true,
    summary: "Work in flight did not finish before the drain deadline; it is done again on restart.",
  },
  MGP_CURATE_PENDING: {
    exit: 75,
    retriable: false,
    summary: "A source pushed more records than maxPending while the stages were busy.",
  },
  MGP_METRICS_ADDRESS: {
    exit: 69,
    retriable: true,
    summary: "The address for /metrics and /healthz is taken, or not one of this machine.",
  },
  MGP_MODEL_NOT_FOUND: {
    exit: 2,
    retriable: false,
    summary: "There is no model of that name or at that path.",
  },
  MGP_MODEL_DAMAGED: {
    exit: 69,
    retriable: false,
    summary: "A model's file is cut short, or not what its format or checksum promises.",
  },
  MGP_MODEL_TEMPLATE: {
    exit: 2,
    retriable: false,
    summary: "A model has no chat template, or one that cannot render what is asked of it.",
  },
  MGP_MODEL_ENGINE_MISSING: {
    exit: 2,
    retriable: false,
    summary: "The engine that a model needs is not installed.",
  },
  MGP_MODEL_CONTEXT: {
    exit: 2,
    retriable: false,
    summary: "A prompt and the tokens to be generated do not fit the model's context.",
  },
  MGP_MODEL_ANSWER: {
    exit: 69,
    retriable: true,
    summary: "An engine gave something that is not a completion.",
  },
  MGP_MODEL_UNAVAILABLE: {
    exit: 69,
    retriable: true,
    summary: "A model's server cannot be reached, fails, or does not answer in time.",
  },
  MGP_MODEL_BUSY: { exit: 75, retriable: true, summary: "A model's server asks to be asked less often." },
  MGP_MODEL_REFUSED: {
    exit: 2,
    retriable: false,
    summary: "A model's server does not take a request for what it is.",
  },
  MGP_MODEL_UNAUTHORIZED: {
    exit: 2,
    retriable: false,
    summary: "A model's server wants another API key.",
  },
  MGP_EXPORT_FAILED: { exit: 69, retriable: true, summary: "The export file cannot be written." },
} as const satisfies Readonly<Record<string, ErrorKind>>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An error with a code of the catalogue. `message` says what, where, what was expected and what to do. */
export class MagpieError extends Error {
  override readonly name = "MagpieError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  get exit(): ExitCode {
    return errorCatalogue[this.code].exit;
  }

  get retriable(): boolean {
    return errorCatalogue[this.code].retriable;
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
