/** The samples of a scrape by name and labels; of a histogram only how often something was measured, since times differ. */
export function samplesIn(text: string, prefix = "magpie_"): Record<string, number> {
  const samples: Record<string, number> = {};
  for (const line of text.split("\n")) {
    const [, name = "", labels = "", value] = /^([a-z0-9_]+)(\{.*\})? (\S+)$/.exec(line) ?? [];
    if (!name.startsWith(prefix) || /_seconds_(bucket|sum)$/.test(name)) continue;
    samples[`${name}${labels}`] = Number(value);
  }
  return samples;
}

/** Those of one metric, by their labels. */
export function samplesOf(text: string, name: string): Record<string, number> {
  const found = Object.entries(samplesIn(text)).filter(([key]) => key.replace(/\{.*/, "") === name);
  return Object.fromEntries(found.map(([key, value]) => [key.slice(name.length), value]));
}
