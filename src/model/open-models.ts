import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { MagpieError } from "../core/errors.ts";
import { getOrCreate } from "../core/get-or-create.ts";
import type { Model, ModelConfig, Models } from "../core/model.ts";
import { type DescribedModel, describeModel, factsOf } from "./described-model.ts";
import type { Engine } from "./engine/engine.ts";
import { openInProcess } from "./engine/open-in-process.ts";
import { openOpenAi } from "./engine/open-openai.ts";
import type { ChatFormat } from "./template/chat-format.ts";
import { readGguf } from "./template/read-gguf.ts";
import { readTokenizerConfig } from "./template/read-tokenizer-config.ts";
import { catalogue } from "./weights/catalogue.ts";
import { findWeights, type WeightFolders } from "./weights/find-weights.ts";

export interface ModelsDeps {
  readonly weights: WeightFolders;
  /** Milliseconds since 1970. */
  now(): number;
  /** In [0, 1). */
  random(): number;
}

export interface OpenableModels extends Models {
  /** Closes the engines that were opened. */
  close(): Promise<void>;
}

/** The models of a configuration, each opened when it is first asked for. Its methods reject with MGP_MODEL codes. */
export function createModels(
  configs: { readonly [name: string]: ModelConfig },
  deps: ModelsDeps,
): OpenableModels {
  const known = new Map<string, Promise<Known>>();
  const opened = new Map<string, Promise<{ readonly model: Model; readonly engine: Engine }>>();
  const configOf = (name: string) => {
    const config = configs[name];
    if (config !== undefined) return config;
    throw new MagpieError("MGP_MODEL_NOT_FOUND", `no model is called ${JSON.stringify(name)} under models:`);
  };
  const knownOf = (name: string) => getOrCreate(known, name, () => know(configOf(name), deps.weights));
  return {
    async open(name) {
      const { model } = await getOrCreate(opened, name, async () => {
        const { described, file } = await knownOf(name);
        const engine = await openEngine(configOf(name), file, deps);
        const model: Model = {
          ...described,
          name: engine.model,
          complete: (request, signal) => engine.complete(request, signal),
        };
        return { engine, model };
      });
      return model;
    },
    async facts(name) {
      const { described, format, modelName } = await knownOf(name);
      return factsOf(modelName, described, format);
    },
    async close() {
      const engines = await Promise.allSettled(opened.values());
      for (const each of engines) if (each.status === "fulfilled") await each.value.engine.close();
    },
  };
}

interface Known {
  /** As its engine will name it. */
  readonly modelName: string;
  readonly described: DescribedModel;
  readonly format: ChatFormat | undefined;
  /** Of the weights that run in this process. */
  readonly file: string | undefined;
}

async function know(config: ModelConfig, folders: WeightFolders): Promise<Known> {
  if (config.engine === "in-process") {
    const file = await findWeights(config.gguf, folders);
    const format = await readGguf(file);
    const id = catalogue.find(({ name }) => name === config.gguf.toLowerCase())?.profile;
    const described = describeModel({ config, id, format });
    return { modelName: basename(file).replace(/\.gguf$/i, ""), described, format, file };
  }
  const format = config.template === undefined ? undefined : await readTemplate(config.template);
  const described = describeModel({ config, id: config.name, format });
  return { modelName: config.name, described, format, file: undefined };
}

function readTemplate(file: string): Promise<ChatFormat> {
  return /\.gguf$/i.test(file) ? readGguf(file) : readTokenizerConfig(file);
}

function openEngine(config: ModelConfig, file: string | undefined, deps: ModelsDeps): Promise<Engine> {
  if (config.engine === "in-process")
    return openInProcess({
      file: file!,
      sequences: config.sequences,
      contextTokens: config.contextTokens,
      // One core is left for everything else that happens in this process.
      threads: config.threads ?? Math.max(1, availableParallelism() - 1),
      now: deps.now,
    });
  return openOpenAi({
    baseUrls: config.baseUrls,
    name: config.name,
    apiKey: config.apiKey,
    timeoutMs: config.timeoutMs,
    retries: config.retries,
    delayMs: 500,
    now: deps.now,
    random: deps.random,
  });
}
