import { join } from "node:path";
import { runInChild } from "./child.ts";
import { printMachine } from "./machine.ts";
import { type Contender, type ContenderId, ours, peers } from "./minhash/contenders.ts";
import { grownTexts, realTexts, writeTexts } from "./minhash/corpus.ts";
import { atLeast, atMost, type Rates, ratiosReached } from "./minhash/goals.ts";
import type { RunSettings } from "./minhash/in-memory-run.ts";
import type { MeasuredRun } from "./minhash/measured-run.ts";
import { numberOptions } from "./options.ts";
import { median } from "./statistics.ts";
import { formatWhole, table } from "./table.ts";
import { assertFreeBytes, withTemporaryFolder } from "./temporary-folder.ts";

const sizes = [10_000, 100_000, 1_000_000];
const signedTexts = 10_000;

/** Texts and their store, on the disk. */
const diskBytesPerText = 2048;

/** Instructions a second that one GPU writes and answers. */
const perGpu = 15;

/**
 * `npm run bench -- minhash`: near-duplicate removal beside its peers, all on one core over the same texts; signing alone; and
 * the stage on the embedded log. `--records` 1,000,000 adds that size to 10,000 and 100,000; `--no-peers` runs ours alone.
 */
export async function benchMinhash(args: readonly string[]): Promise<void> {
  const { records } = numberOptions(
    args.filter((arg) => arg !== "--no-peers"),
    { records: 100_000 },
  );
  assertFreeBytes(records * diskBytesPerText);
  printMachine();
  await withTemporaryFolder(async (folder) => {
    const contenders = [...ours(), ...(args.includes("--no-peers") ? [] : peers(folder))];
    const grown = join(folder, "grown.txt");
    const real = join(folder, "real.txt");
    const texts = realTexts();
    writeTexts(real, texts.length, (k) => texts[k]!);
    writeTexts(grown, records, grownTexts());

    await compareSigning(contenders, { file: grown, texts: Math.min(records, signedTexts) });
    await compare("real texts as they are", contenders, { file: real, texts: texts.length });
    const rates: number[] = [];
    for (const size of [...sizes.filter((each) => each < records), records])
      rates.push((await compare("grown texts", contenders, { file: grown, texts: size })).get("ours")!);
    console.log(
      `\n${atLeast(`of the speed at the smallest size at ${formatWhole(records)}`, rates.at(-1)! / rates[0]!, 0.7)}`,
    );
    await showStore({ file: grown, texts: records }, join(folder, "log"));
  });
}

async function compareSigning(contenders: readonly Contender[], settings: RunSettings): Promise<void> {
  const rows: string[][] = [];
  for (const { name, sign } of contenders) {
    if (sign === undefined) continue;
    const rates: number[] = [];
    for (let round = 0; round < 3; round++) {
      const { texts, seconds } = await sign(settings);
      rates.push(texts / seconds);
    }
    rows.push([name, formatWhole(median(rates))]);
  }
  console.log("\nSigning alone, 128 permutations, from shingles made before:\n");
  console.log(table(["", "signatures/s"], rows));
}

/** Runs all in turn, several times over, and prints medians and goals. */
async function compare(
  what: string,
  contenders: readonly Contender[],
  settings: RunSettings,
): Promise<Rates> {
  const rounds = settings.texts <= sizes[0]! ? 5 : 3;
  const runs = new Map<ContenderId, MeasuredRun[]>();
  for (let round = 0; round < rounds; round++)
    for (const { id, quickTexts, stream } of contenders) {
      if (settings.texts > quickTexts * (round === 0 ? 10 : 1)) continue;
      runs.set(id, [...(runs.get(id) ?? []), await stream(settings)]);
    }
  const rates = new Map([...runs].map(([id, measured]) => [id, median(measured.map(rateOf))]));
  const ourRate = rates.get("ours")!;
  const rows = contenders
    .filter(({ id }) => runs.has(id))
    .map(({ id, name }) => {
      const measured = runs.get(id)!;
      const rate = rates.get(id)!;
      const bytes = formatWhole(median(measured.map(({ bytesPerKept }) => bytesPerKept)));
      return [
        name,
        formatWhole(rate),
        (ourRate / rate).toFixed(2),
        formatWhole(measured[0]!.kept),
        bytes,
        `${measured.length}`,
      ];
    });
  console.log(`\n${formatWhole(settings.texts)} ${what}:\n`);
  console.log(table(["", "texts/s", "ours is × faster", "kept", "B/kept text", "runs"], rows));
  console.log(
    `\n${ratiosReached(rates)
      .map((line) => `- ${line}`)
      .join("\n")}`,
  );
  return rates;
}

async function showStore({ file, texts }: RunSettings, folder: string): Promise<void> {
  const run = await runInChild("minhashOnStore", { file, texts, folder });
  const restart = await runInChild("minhashRestart", { folder, kept: run.kept });
  const micros = (seconds: number) => ((seconds * 1e6) / texts).toFixed(1);
  const decisions = texts / run.admitSeconds;
  const rest = run.seconds - run.prepareSeconds - run.admitSeconds;
  console.log(`
The stage on the embedded log, ${formatWhole(texts)} grown texts, commits included: ${formatWhole(rateOf(run))} texts/s; CPU µs a
text: prepare ${micros(run.prepareSeconds)}, admit ${micros(run.admitSeconds)}, read, seal and commit ${micros(rest)}.
Admit alone, serial: ${formatWhole(decisions)} decisions/s; at ${perGpu} instructions a second and GPU, one pipeline serves ${formatWhole(decisions / perGpu)} GPUs.

- ${atMost("B of RssAnon per kept text while it runs", run.bytesPerKept, 350)}
- ${atMost("B of RssAnon per kept text after a restart", restart.bytesPerKept, 350)}
- ${atMost("s from the opened log to the first verdict after a restart", restart.seconds, 3)}`);
  if (texts < sizes.at(-1)!) console.log("\nMemory is judged at a million texts: few do not level out.");
}

function rateOf({ texts, seconds }: Pick<MeasuredRun, "texts" | "seconds">): number {
  return texts / seconds;
}
