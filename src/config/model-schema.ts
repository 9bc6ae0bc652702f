import { Type } from "typebox";
import { maxTimerMs } from "../core/limits.ts";
import { closed } from "../core/schema.ts";
import { Count } from "./schema-parts.ts";

const Url = Type.String({
  pattern: "^https?://[^\\s]+$",
  expected: 'a URL such as "http://127.0.0.1:8000/v1"',
});

export const ModelSchema = closed(
  {
    engine: Type.Union([Type.Literal("in-process"), Type.Literal("openai")], {
      description:
        "What runs it: `in-process`, GGUF weights in this process, with the optional package node-llama-cpp; `openai`, servers with an OpenAI-compatible *completions* interface, such as vLLM, SGLang and llama.cpp's.",
    }),
    gguf: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "`in-process`: a name that `magpie models list` lists, a file of the Hugging Face hub that was pulled (`hf:OWNER/REPOSITORY/FILE.gguf`), or the path of a GGUF file, relative to the folder of the configuration file.",
      }),
    ),
    sequences: Count(
      1,
      8,
      "`in-process`: completions worked on at once; they share each step of the model.",
      256,
    ),
    contextTokens: Count(64, 2048, "`in-process`: tokens of a prompt and its completion together."),
    threads: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 256,
        description: "`in-process`: threads; without it, one less than there are cores.",
      }),
    ),
    baseUrl: Type.Optional(
      Type.Union([Url, Type.Array(Url, { minItems: 1, uniqueItems: true })], {
        expected: 'a URL such as "http://127.0.0.1:8000/v1", or a list of them',
        description:
          "`openai`: where the server listens, or a list of servers of the same model: each request goes to the one with the most room.",
      }),
    ),
    name: Type.Optional(
      Type.String({ minLength: 1, description: "`openai`: the model's name, as the servers have it." }),
    ),
    apiKey: Type.Optional(
      Type.String({
        minLength: 1,
        description: "`openai`: what the servers want to see; from the environment, it is never printed.",
      }),
    ),
    template: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "`openai`: path of the model's `tokenizer_config.json`, or of a GGUF file: where its chat template is read. Without it, models with a profile can be sampled, not asked.",
      }),
    ),
    timeoutMs: Count(1, 600_000, "`openai`: milliseconds that a request may take.", maxTimerMs),
    retries: Count(
      0,
      8,
      "`openai`: further tries of a request that failed in a way that may pass. A server that says it is too busy is waited for instead, as long as all tries would take.",
    ),
    profile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "Id on the Hugging Face hub of the model whose published settings are used (docs/models.md); by default found by the model's name.",
      }),
    ),
    date: Type.Optional(
      Type.String({
        pattern: "^\\d{4}-\\d{2}-\\d{2}$",
        expected: 'a date such as "2024-07-26"',
        default: "2024-07-26",
        description:
          "The day that a chat template is told which writes today's: prompts must not change overnight.",
      }),
    ),
  },
  { description: "A model. Which other keys belong to it depends on `engine`." },
);
