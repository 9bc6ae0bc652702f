import { paidConcurrency } from "../../crash/configuration.ts";

/** What a trial runs: a chain of two pipelines, so that the second one's input is transactional. */
export interface Setup {
  /** Prefix of all names, and nobody else's. */
  readonly name: string;
  /** Of the topic that the first pipeline reads. */
  readonly partitions: number;
  /** Of what the pipelines curate. */
  readonly width: number;
  /** Records a commit waits for, and milliseconds. */
  readonly commit: { readonly records: number; readonly everyMs: number };
  /** Whether the members' connections go through the proxies. */
  readonly proxied: boolean;
}

export const defaultSetup = {
  partitions: 3,
  width: 2,
  commit: { records: 64, everyMs: 100 },
  proxied: false,
} as const;

/** Its names. */
export function namesOf({ name }: Pick<Setup, "name">) {
  const dedup = `${name}-dedup`;
  const grade = `${name}-grade`;
  return {
    raw: `${name}.raw`,
    unique: `${name}.unique`,
    graded: `${name}.graded`,
    dedup,
    grade,
    /** The segments that admit, and the one that pays. */
    orders: [`${dedup}/order-1`, `${grade}/order-1`],
    paying: `${grade}/parallel-2`,
    /** Topics that join segments. */
    internal: [`${name}.${dedup}.order-1`, `${name}.${grade}.order-1`, `${name}.${grade}.parallel-2`],
    changelogs: [
      `${name}.${dedup}.parallel-1.changelog`,
      `${name}.${dedup}.order-1.changelog`,
      `${name}.${grade}.parallel-1.changelog`,
      `${name}.${grade}.order-1.changelog`,
      `${name}.${grade}.parallel-2.changelog`,
    ],
    answers: `${name}.answers`,
  } as const;
}

/** The magpie.yaml of a machine with a folder for snapshots of its own. `url` is where the paid grader listens. */
export function configText(
  setup: Setup,
  machine: { readonly brokers: readonly string[]; readonly path: string; readonly url: string },
): string {
  const { raw, unique, graded, dedup, grade } = namesOf(setup);
  return `
version: 1
name: ${setup.name}
log: { kind: kafka, path: ${machine.path}, brokers: ${JSON.stringify(machine.brokers)} }
topics:
  ${raw}: { partitions: ${setup.partitions} }
  ${unique}: { partitions: ${setup.width} }
  ${graded}: { partitions: ${setup.width} }
limits: { windowRecords: 512 }
commit: { records: ${setup.commit.records}, everyMs: ${setup.commit.everyMs} }
pipelines:
  ${dedup}:
    from: ${raw}
    to: ${unique}
    stages:
      - use: sanitize
      - use: format
      - { use: length, with: { field: instruction, minWords: 5 } }
      - { use: exact-dedup, id: exact }
      - { use: minhash-dedup, id: near, with: { threshold: 0.8 } }
      - { use: ./running-number.ts, id: number }
  ${grade}:
    from: ${unique}
    to: ${graded}
    stages:
      - { use: exact-dedup, id: exact, with: { by: id } }
      - { use: ./running-number.ts, id: number }
      - { use: ./slow-paid-grade.ts, with: { url: "${machine.url}", minWords: 25 }, batch: 1, concurrency: ${paidConcurrency} }
`;
}
