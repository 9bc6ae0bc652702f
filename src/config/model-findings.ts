import { isChatOnly } from "./chat-only.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";
import type { RawConfig, RawModel } from "./schema.ts";

const keysOf = {
  "in-process": ["gguf", "sequences", "contextTokens", "threads"],
  openai: ["baseUrl", "name", "apiKey", "template", "timeoutMs", "retries"],
} as const;

/** What is missing in `models`, does not go together, or is said to everybody. `says`: whether the file itself has a key. */
export function modelFindings(
  models: NonNullable<RawConfig["models"]>,
  says: (path: Path) => boolean,
  isVariable: (path: Path) => boolean,
): readonly Finding[] {
  return Object.entries(models).flatMap(([name, model]) => {
    const path = ["models", name];
    return [
      ...strangeKeys(model, path, says),
      ...missingKeys(model, path),
      ...chatOnlyFindings(model, path),
      ...(model.apiKey === undefined || isVariable([...path, "apiKey"]) ? [] : [openKey(path)]),
    ];
  });
}

function strangeKeys({ engine }: RawModel, path: Path, says: (path: Path) => boolean): readonly Finding[] {
  const other = engine === "openai" ? "in-process" : "openai";
  return keysOf[other]
    .filter((key) => says([...path, key]))
    .map((key) => ({
      path: [...path, key],
      at: "key",
      message: `only the engine "${other}" has \`${key}\``,
    }));
}

function missingKeys(model: RawModel, path: Path): readonly Finding[] {
  const needed = model.engine === "openai" ? (["baseUrl", "name"] as const) : (["gguf"] as const);
  return needed
    .filter((key) => model[key] === undefined)
    .map((key) => ({ path: [...path, key], at: "value", message: "this key is missing" }));
}

function chatOnlyFindings({ baseUrl }: RawModel, path: Path): readonly Finding[] {
  const given = baseUrl === undefined ? [] : [baseUrl].flat();
  return given.flatMap((url, i): readonly Finding[] =>
    isChatOnly(url)
      ? [
          {
            path: [...path, "baseUrl", ...(Array.isArray(baseUrl) ? [i] : [])],
            at: "value",
            message: `${JSON.stringify(url)} takes chat messages only, and a model is asked with raw prompts here`,
            hint: "vLLM, SGLang and llama.cpp's server take them, under …/v1; so does the engine in-process",
          },
        ]
      : [],
  );
}

function openKey(path: Path): Finding {
  return {
    path: [...path, "apiKey"],
    at: "value",
    message: "a key stands in the file",
    hint: `take it from the environment: apiKey: "\${API_KEY}"`,
    severity: "warning",
  };
}

/** For a name that a sampler or a stage refers to. */
export function unknownModel(name: string, path: Path, known: readonly string[]): Finding {
  const hint =
    didYouMean(name, known) ??
    (known.length === 0 ? "name one under models:" : `there are: ${known.join(", ")}`);
  return { path, at: "value", message: `there is no model ${JSON.stringify(name)}`, hint };
}
