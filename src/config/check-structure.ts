import { isMapping, type Mapping, memberOf } from "./mapping.ts";
import { isWithin, type Path } from "./path.ts";
import type { Finding } from "./problem.ts";
import { ConfigSchema } from "./schema.ts";
import { findUnsupported } from "./unsupported.ts";
import { validate } from "./validate.ts";

/** Checks a parsed configuration against the schema. `data` comes back with defaults filled in, as far as it is sound. */
export function checkStructure(parsed: unknown): {
  readonly data: unknown;
  readonly findings: readonly Finding[];
} {
  if (parsed === null || parsed === undefined) return { data: {}, findings: [emptyFile] };
  const data = withoutEmptyKeys(parsed);
  const unsupported = findUnsupported(data);
  const broken = validate(ConfigSchema, data)
    .filter((finding) => !unsupported.some(({ covers }) => isWithin(finding.path, covers)))
    .map(adviseStageKey);
  return { data, findings: [...unsupported, ...broken] };
}

const emptyFile: Finding = {
  path: [],
  at: "value",
  message: "the file is empty",
  hint: "start with `version: 1`, or let `magpie init` write a configuration that works",
};

/** A key with nothing behind it counts as left out, as when all that stood under it is commented out. */
function withoutEmptyKeys(parsed: unknown): unknown {
  if (!isMapping(parsed)) return parsed;
  const data = withoutNullMembers(parsed);
  const topics = memberOf(data, "topics");
  const pipelines = memberOf(data, "pipelines");
  return {
    ...data,
    ...(isMapping(topics) ? { topics: mapValues(topics, (topic) => withoutNulls(topic ?? {})) } : {}),
    ...(isMapping(pipelines) ? { pipelines: mapValues(pipelines, withoutEmptyPipelineKeys) } : {}),
    ...Object.fromEntries(
      ["log", "limits", "commit", "answers", "metrics"]
        .filter((section) => isMapping(memberOf(data, section)))
        .map((section) => [section, withoutNulls(memberOf(data, section))]),
    ),
  };
}

function withoutEmptyPipelineKeys(pipeline: unknown): unknown {
  const stages = memberOf(pipeline, "stages");
  if (!isMapping(pipeline) || !Array.isArray(stages)) return withoutNulls(pipeline);
  return withoutNulls({ ...pipeline, stages: stages.map(withoutNulls) });
}

function withoutNulls(value: unknown): unknown {
  return isMapping(value) ? withoutNullMembers(value) : value;
}

function withoutNullMembers(mapping: Mapping): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([, member]) => member !== null));
}

function mapValues(mapping: Mapping, change: (value: unknown) => unknown): Mapping {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, change(value)]));
}

function adviseStageKey(finding: Finding): Finding {
  const path: Path = finding.path;
  const isStageKey = path.length === 5 && path[0] === "pipelines" && path[2] === "stages";
  if (!isStageKey || finding.at !== "key" || finding.hint?.startsWith("did you mean")) return finding;
  return { ...finding, hint: 'what configures the plugin itself stands inside "with"' };
}
