import { loadNodeLlamaCpp } from "../../src/model/engine/load-node-llama-cpp.ts";
import { contextTokens, type MeasuredSampling, measureLoop, request, type SamplerRun } from "./request.ts";

/** What a program would do that asks node-llama-cpp itself: a sequence for each completion under way, the prompt's tokens kept in it. */
export async function runBareInProcess(
  run: SamplerRun & { readonly file: string; readonly threads: number },
): Promise<MeasuredSampling> {
  const { getLlama, LlamaLogLevel } = await loadNodeLlamaCpp();
  const llama = await getLlama({
    gpu: false,
    build: "never",
    skipDownload: true,
    maxThreads: run.threads,
    logLevel: LlamaLogLevel.disabled,
  });
  const model = await llama.loadModel({ modelPath: run.file, gpuLayers: 0 });
  const context = await model.createContext({
    sequences: run.atOnce,
    contextSize: contextTokens,
    threads: run.threads,
  });
  const sequences = Array.from({ length: run.atOnce }, () => context.getSequence());
  const prompt = model.tokenize(request.prompt, true);
  const { temperature, topP, maxTokens } = request;
  const measured = await measureLoop(run, async (seed, worker) => {
    const sequence = sequences[worker]!;
    await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
    const options = { temperature, topP, topK: 0, minP: 0, seed, yieldEogToken: true };
    let tokens = 0;
    for await (const token of sequence.evaluate(prompt.slice(sequence.nextTokenIndex), options)) {
      if (model.isEogToken(token)) break;
      tokens += 1;
      if (tokens === maxTokens) break;
    }
    return tokens;
  });
  await llama.dispose();
  return measured;
}
