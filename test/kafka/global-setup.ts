import type { TestProject } from "vitest/node";
import { prepareLibrdkafka } from "./librdkafka.ts";
import { startTestCluster } from "./test-cluster.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Folder of the cluster that all test files share: three brokers of the newest version, proxied and secured. */
    readonly kafkaFolder: string;
  }
}

/** Starts what all files of the project share. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const python = prepareLibrdkafka(process.env);
  const cluster = await startTestCluster({ version: "4", brokers: 3, proxied: true, secured: true });
  await python;
  project.provide("kafkaFolder", cluster.folder);
  return () => cluster.remove();
}
