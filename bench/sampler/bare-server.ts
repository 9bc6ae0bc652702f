import { type MeasuredSampling, measureLoop, request, type SamplerRun } from "./request.ts";

/** What a script would do that asks an OpenAI-compatible server itself. */
export async function runBareServer(
  run: SamplerRun & { readonly url: string; readonly name: string },
): Promise<MeasuredSampling> {
  return measureLoop(run, (seed) => complete(run.url, run.name, seed));
}

/** Tokens of the completion. */
export async function complete(url: string, name: string, seed: number): Promise<number> {
  const { prompt, temperature, topP, maxTokens } = request;
  const body = {
    model: name,
    prompt,
    seed,
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    top_k: 0,
    min_p: 0,
  };
  const answer = await fetch(`${url}/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status} ${await answer.text()}`);
  const { usage } = (await answer.json()) as { usage: { completion_tokens: number } };
  return usage.completion_tokens;
}
