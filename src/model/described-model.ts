import { MagpieError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Model, ModelConfig, Prompts } from "../core/model.ts";
import { sha256Hex } from "../core/sha256.ts";
import { findProfile } from "./profiles/find-profile.ts";
import { instructionSampling } from "./profiles/instruction-sampling.ts";
import type { Profile } from "./profiles/profile.ts";
import type { ChatFormat } from "./template/chat-format.ts";
import { ChatTemplate } from "./template/chat-template.ts";

/** A model without an engine: how it is written to. */
export type DescribedModel = Omit<Model, "complete" | "name">;

/** What is known of a model before it is opened. */
export interface ModelSources {
  readonly config: Pick<ModelConfig, "profile" | "date">;
  /** Id on the hub that its profile is looked up by where the configuration names none. */
  readonly id: string | undefined;
  readonly format: ChatFormat | undefined;
}

/**
 * A model's own chat template where it is at hand; else the published pre-query template, which begins conversations and cannot go on with
 * them. Throws MGP_MODEL_NOT_FOUND for a profile that does not exist, and MGP_MODEL_TEMPLATE.
 */
export function describeModel({ config, id, format }: ModelSources): DescribedModel {
  const hubId = config.profile ?? id;
  const profile = hubId === undefined ? undefined : findProfile(hubId);
  if (config.profile !== undefined && profile === undefined)
    throw new MagpieError(
      "MGP_MODEL_NOT_FOUND",
      `there is no profile ${JSON.stringify(config.profile)}; docs/models.md lists them; without one, the template is derived from the model's chat template`,
    );
  const prompts = promptsOf(format, profile, config.date);
  const eos = format?.eosToken;
  return {
    instructions: instructionSampling(hubId),
    stop: profile?.stop ?? (eos === undefined ? [] : [eos]),
    stopIds: profile?.stopIds ?? [],
    beforeUser: (turns) => prompts.beforeUser(turns),
    beforeAssistant: (turns) => prompts.beforeAssistant(turns),
  };
}

/** For the plan: what shapes a model's answers besides the parameters of each request. */
export function factsOf(name: string, model: DescribedModel, format: ChatFormat | undefined): JsonObject {
  return {
    name,
    preQuery: model.beforeUser(),
    instructions: { ...model.instructions },
    stop: model.stop,
    ...(format === undefined ? {} : { templateSha256: sha256Hex(format.template) }),
  };
}

function promptsOf(format: ChatFormat | undefined, profile: Profile | undefined, date: string): Prompts {
  if (format !== undefined) return new ChatTemplate(format, new Date(date));
  if (profile === undefined)
    throw new MagpieError(
      "MGP_MODEL_TEMPLATE",
      "nothing says how the model is written to: set `template` to its tokenizer_config.json, or `profile` to a model that docs/models.md lists",
    );
  const refuse = (): never => {
    throw new MagpieError(
      "MGP_MODEL_TEMPLATE",
      `the profile ${profile.family} begins conversations only; set \`template\` to the model's tokenizer_config.json`,
    );
  };
  return {
    beforeUser: (turns = []) => (turns.length === 0 ? profile.preQuery : refuse()),
    beforeAssistant: refuse,
  };
}
