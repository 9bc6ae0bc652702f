import type { Completion, CompletionRequest, Message, Model } from "../core/model.ts";

/**
 * A model whose answers can be told from its prompts, so that examples of plugins that ask one run anywhere: it answers "You said: "
 * and the user's last text, and asks "What is " and a number that its seed determines. Every word is a token.
 */
export function createEchoModel(name: string): Model {
  return {
    name,
    instructions: { temperature: 1, topP: 1, bannedFirst: [] },
    stop: [end],
    stopIds: [],
    beforeUser: (turns = []) => `${rendered(turns)}<user>`,
    beforeAssistant: (turns) => `${rendered(turns)}<assistant>`,
    complete: (request) => Promise.resolve(request.seeds.map((seed) => completionOf(request, seed))),
  };
}

const end = "<end>";

function rendered(turns: readonly Message[]): string {
  return turns.map(({ role, content }) => `<${role}>${content}${end}`).join("");
}

function completionOf({ prompt, maxTokens }: CompletionRequest, seed: number): Completion {
  const said = prompt.slice(prompt.lastIndexOf("<user>") + "<user>".length, -`${end}<assistant>`.length);
  const words = (prompt.endsWith("<user>") ? `What is ${seed % 10}?` : `You said: ${said}`).split(" ");
  return {
    text: words.slice(0, maxTokens).join(" "),
    seed,
    finishReason: words.length > maxTokens ? "length" : "stop",
    promptTokens: prompt.split(" ").length,
    completionTokens: Math.min(words.length, maxTokens),
  };
}
