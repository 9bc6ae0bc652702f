import { Compile } from "typebox/compile";
import { MagpieError } from "../core/errors.ts";
import type { ExternalPlugin, Program } from "../core/plugin.ts";
import { type Hello, HelloSchema, protocolVersion } from "./protocol.ts";

const [transform, filter] = HelloSchema.anyOf.map((schema) => Compile(schema));

/** The plugin a program says it is. Throws MGP_PLUGIN_INVALID. */
export function readHello(line: string, program: Program): ExternalPlugin {
  const refuse = (why: string) =>
    new MagpieError("MGP_PLUGIN_INVALID", `${program.command.join(" ")} is no plugin: ${why}`);
  let given: Partial<Hello> | null;
  try {
    given = JSON.parse(line);
  } catch {
    throw refuse(`its first line is no JSON: ${JSON.stringify(line.slice(0, 80))}`);
  }
  if (given?.type !== "hello") throw refuse('its first line is not {"type": "hello", …}');
  if (given.protocol !== protocolVersion)
    throw refuse(`it speaks protocol ${JSON.stringify(given.protocol)}, and this version ${protocolVersion}`);
  const validator = given.kind === "filter" ? filter! : transform!;
  const [wrong] = validator.Errors(given);
  if (wrong !== undefined) throw refuse(`hello${wrong.instancePath} ${wrong.message}`);
  const { type: _, protocol: __, ...described } = given as Hello;
  if (described.kind === "filter") {
    const { kind: ___, ...meta } = described;
    return { kind: "external-filter", meta, program };
  }
  const { kind: ___, ...meta } = described;
  return { kind: "external-transform", meta, program };
}
