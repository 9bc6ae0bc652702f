import type { Path } from "./path.ts";
import type { Finding } from "./problem.ts";
import type { RawConfig } from "./schema.ts";

const kafkaOnly = ["brokers", "clientId", "compression", "tls", "sasl"] as const;

/** What is wrong, or doubtful, with keys of `log` that do not go together. `says`: whether the file itself has a key. */
export function logFindings(
  log: NonNullable<RawConfig["log"]>,
  says: (path: Path) => boolean,
  isVariable: (path: Path) => boolean,
): readonly Finding[] {
  if (log.kind !== "kafka")
    return kafkaOnly
      .filter((key) => says(["log", key]))
      .map((key) => ({
        path: ["log", key],
        at: "key",
        message: `only the log "kafka" has \`${key}\``,
        hint: "add `kind: kafka`",
      }));
  const findings: Finding[] = [];
  if (log.brokers === undefined)
    findings.push({ path: ["log", "brokers"], at: "value", message: "this key is missing" });
  if (says(["log", "sync"]))
    findings.push({
      path: ["log", "sync"],
      at: "key",
      message: 'only the log "embedded" has `sync`',
      hint: "with Kafka, the brokers and their settings decide when the disk is synced",
    });
  if ((log.tls?.certificate === undefined) !== (log.tls?.key === undefined))
    findings.push({
      path: ["log", "tls"],
      at: "value",
      message: "`certificate` and `key` belong together",
    });
  if (log.sasl?.mechanism === "plain" && log.tls === undefined)
    findings.push({
      path: ["log", "sasl", "mechanism"],
      at: "value",
      message: "without `tls`, the password goes over the network as it is",
      severity: "warning",
    });
  if (log.sasl !== undefined && !isVariable(["log", "sasl", "password"]))
    findings.push({
      path: ["log", "sasl", "password"],
      at: "value",
      message: "a password stands in the file",
      hint: `take it from the environment: password: "\${KAFKA_PASSWORD}"`,
      severity: "warning",
    });
  return findings;
}
