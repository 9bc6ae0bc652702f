/** Every rule a plugin is held to, and what it asks. */
export const conformanceRules = {
  metadata: "meta is complete: a kebab-case name, a semantic version, a summary, examples",
  name: "a built-in plugin is named like its folder",
  config_closed: "the config schema refuses unknown keys",
  config_described: "every config key is described",
  config_default: "every optional config key has a default, and the schema accepts it",
  measures_schema: "the measures schema is closed and every measure is described",
  reasons: "reason codes are snake_case states, each with a sentence",
  reason_example: "every reason is reached by an example",
  example: "every example gives what it says",
  input_mutated: "the input is never changed",
  result_count: "a batch gives as many results as it has records, in order",
  threw: "no text makes it throw",
  latency: "a batch, and any one record, is done within the budget; time grows with the text and no faster",
  repeatable: "the same input gives the same result, in any instance",
  order: "a pure phase gives the same result whatever stands beside the record",
  result_shape: "results are records, plain JSON that fits the measures schema, or bytes",
  undeclared: "reasons and tags are declared in meta",
  state_on_drop: "admit inserts nothing for what decide drops",
  earlier_attempt: "an earlier attempt of the same record is not a duplicate",
} as const;

export type ConformanceRule = keyof typeof conformanceRules;

/** A rule a plugin breaks, and where. */
export interface Violation {
  readonly rule: ConformanceRule;
  readonly message: string;
}

export type Report = (rule: ConformanceRule, message: string) => void;
