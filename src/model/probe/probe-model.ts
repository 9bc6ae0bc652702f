import { getLIDModel } from "fasttext.wasm.js";
import { openInProcess } from "../engine/open-in-process.ts";
import { ChatTemplate } from "../template/chat-template.ts";
import { readGguf } from "../template/read-gguf.ts";
import { judgeSamples, type ProbeReport } from "./judge-samples.ts";

export interface ProbeOptions {
  /** Path of the GGUF file. */
  readonly file: string;
  /** In place of the derived pre-query template. */
  readonly prompt: string | undefined;
  readonly samples: number;
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  /** For a template that writes today's date. */
  readonly date: Date;
}

/** Samples from a model and judges what comes. Seeds count from 1, so that the same call gives the same report. */
export async function probeModel(options: ProbeOptions): Promise<ProbeReport> {
  const format = await readGguf(options.file);
  const prompt = options.prompt ?? new ChatTemplate(format, options.date).beforeUser();
  const engine = await openInProcess({
    file: options.file,
    sequences: 8,
    // Room for a long system block.
    contextTokens: options.maxTokens + 1024,
    threads: 1,
  });
  try {
    const completions = await engine.complete({
      prompt,
      seeds: Array.from({ length: options.samples }, (_, index) => index + 1),
      temperature: options.temperature,
      topP: options.topP,
      maxTokens: options.maxTokens,
      stop: [],
      stopIds: [],
      banned: [],
    });
    const identifier = await getLIDModel();
    await identifier.load();
    const languages = await Promise.all(
      completions.map(async ({ text }) =>
        /\p{L}/u.test(text) ? (await identifier.identify(text.replaceAll("\n", " "))).alpha3 : undefined,
      ),
    );
    return judgeSamples({ prompt, bosToken: format.bosToken, completions, languages });
  } finally {
    await engine.close();
  }
}
