import { createJiti } from "jiti";

// A second process on a store: `node child.mjs STORE COMMAND …`, which reports by lines of JSON.
const { openEmbeddedLog } = await createJiti(import.meta.url).import(
  "../../../src/log/embedded/open-embedded-log.ts",
);
const [path, command, ...rest] = process.argv.slice(2);
const report = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const messages = (texts) => texts.map((text) => ({ value: Buffer.from(text) }));
const task = { segment: { pipeline: "p", name: "main", sources: ["in"] }, partition: 0 };
const ledger = { received: 0, curated: 0, rejected: 0, quarantined: 0, stages: [] };

let killAt;
const log = await openEmbeddedLog({
  path,
  sync: "background",
  now: () => 0,
  probe: (point) => {
    if (point === killAt) process.kill(process.pid, "SIGKILL");
  },
});

const commands = {
  async append(...texts) {
    await log.append("in", messages(texts));
  },
  /** Owns the pipeline until it is killed. */
  async own() {
    await log.open(task);
    report("owned");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
  /** Commits once, then again and is killed at `point`. */
  async crash(point) {
    const owned = await log.open(task);
    for (const commit of [1, 2]) {
      if (commit === 2) killAt = point;
      const { messages: read } = await owned.read({ records: 1, bytes: 1 }, new AbortController().signal);
      const value = read[0].value;
      await owned.commit({
        checkpoint: {
          commit,
          offsets: { "in/0": `${commit}` },
          streamTime: 0,
          plan: "",
          fingerprints: {},
          ledger,
        },
        outputs: [{ topic: "out", value }],
        state: [{ stage: "s", key: value, value }],
      });
    }
    await log.answers.put("question", Buffer.from("answer"));
  },
  /** Appends until the disk is full, then shows what is there. */
  async fill() {
    let appended = 0;
    let error;
    while (error === undefined)
      await log.append("in", messages(Array(100).fill("x".repeat(2000)))).then(
        () => (appended += 100),
        (reason) => (error = reason),
      );
    const owned = await log.open(task);
    let read = 0;
    for (let left = true; left; ) {
      const chunk = await owned.read({ records: 256, bytes: 1e9 }, new AbortController().signal);
      read += chunk.messages.length;
      left = chunk.messages.length > 0;
    }
    report({ code: error.code, appended, read });
  },
};

await commands[command](...rest);
await log.close();
