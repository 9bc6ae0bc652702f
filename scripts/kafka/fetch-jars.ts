import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type KafkaVersion, kafkaVersions, loggingArtefacts, slf4jVersion } from "./kafka-versions.ts";
import { hasFailed, runProgram } from "./run-program.ts";
import { SetupError } from "./setup-error.ts";

/** The folder with a broker's jars, fetched by Maven the first time (about 45 MB). */
export async function fetchJars(
  cache: string,
  version: KafkaVersion,
  say: (progress: string) => void,
): Promise<string> {
  const jars = join(cache, `kafka-${kafkaVersions[version]}`);
  if (existsSync(jars)) return jars;
  // Fetched beside its place and moved there whole, so that an interrupted or a second run leaves no half of it.
  const work = join(cache, `fetching-${randomUUID()}`);
  await mkdir(work, { recursive: true });
  try {
    await writeFile(join(work, "pom.xml"), pom(version));
    say(`fetching Apache Kafka ${kafkaVersions[version]} with Maven, once`);
    const args = [
      "-q",
      "-B",
      "dependency:copy-dependencies",
      "-DoutputDirectory=lib",
      "-DincludeScope=runtime",
    ];
    const result = await runProgram("mvn", args, { cwd: work });
    if (hasFailed(result)) throw mavenError(result.kind === "missing" ? undefined : result.output);
    await rename(join(work, "lib"), jars).catch((error: unknown) => {
      if (!existsSync(jars)) throw error;
    });
    return jars;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function mavenError(output: string | undefined): SetupError {
  if (output === undefined)
    return new SetupError(
      "there is no `mvn` on this machine; install Maven, or start Docker, or set KAFKA_BROKERS to a broker",
    );
  return new SetupError(`Maven could not fetch Apache Kafka:\n${output}`);
}

function pom(version: KafkaVersion): string {
  const dependency = (group: string, artefact: string, release: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artefact}</artifactId><version>${release}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>magpie-stream</groupId><artifactId>kafka</artifactId><version>1</version>
<dependencies>
${dependency("org.apache.kafka", "kafka_2.13", kafkaVersions[version])}
${dependency("org.slf4j", loggingArtefacts[version], slf4jVersion)}
</dependencies>
</project>
`;
}
