/** Hosts whose models are asked by chat messages only. */
const chatOnlyHosts = [
  /^api\.openai\.com$/,
  /\.openai\.azure\.com$/,
  /^api\.anthropic\.com$/,
  /^generativelanguage\.googleapis\.com$/,
  /^api\.mistral\.ai$/,
  /^api\.groq\.com$/,
];

/** Whether a base URL leads to chat messages and no further: a server that puts its template around every text cannot be given half of one. */
export function isChatOnly(baseUrl: string): boolean {
  if (!URL.canParse(baseUrl)) return false;
  const { hostname, pathname } = new URL(baseUrl);
  return /\/chat(\/completions)?\/?$/.test(pathname) || chatOnlyHosts.some((host) => host.test(hostname));
}
