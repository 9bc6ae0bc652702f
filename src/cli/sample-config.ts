/**
 * The configuration `magpie init` writes. `schema`: where editors find the schema of it; `folder`: the name of the folder it
 * goes to, which names the installation where it can.
 */
export function sampleConfig(schema: string, folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `# yaml-language-server: $schema=${schema}
version: 1
name: ${name === "" ? "magpie" : name.slice(0, 100)}

log: { kind: embedded, path: ./.magpie }

topics:
  instructions.raw: { partitions: 4 }

pipelines:
  instructions:
    from: instructions.raw
    to: instructions.curated
    stages:
      # Removes what generation leaves around an instruction: labels, list marks, quotes, leaked answers.
      - use: sanitize
      # Drops what is empty, cut off, repetitive or gibberish.
      - use: format
      - { use: length, with: { field: instruction, minWords: 3, maxWords: 400 } }
      # Tags every record with its language, and drops what is in another than you want.
      - { use: language, with: { allow: [en] } }
      # Drops what was seen before, word for word, and then what is nearly the same.
      - use: exact-dedup
      - { use: minhash-dedup, with: { threshold: 0.8 } }
`;
}
