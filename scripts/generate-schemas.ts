import type { TSchema } from "typebox";
import { RecordSchema } from "../src/core/record.ts";
import {
  CheckpointSchema,
  LedgerSchema,
  PlanSchema,
  QuarantineEntrySchema,
  RejectedRecordSchema,
} from "../src/core/schemas.ts";
import { PluginProtocolSchema } from "../src/exec/protocol.ts";

const schemas: { readonly [path: string]: TSchema } = {
  "schemas/record/v1.schema.json": RecordSchema,
  "schemas/rejected/v1.schema.json": RejectedRecordSchema,
  "schemas/quarantine/v1.schema.json": QuarantineEntrySchema,
  "schemas/plan/v1.schema.json": PlanSchema,
  "schemas/checkpoint/v1.schema.json": CheckpointSchema,
  "schemas/plugin-protocol/v1.schema.json": PluginProtocolSchema,
  "schemas/ledger/v1.schema.json": LedgerSchema,
};

/** The JSON Schemas of what is stored, by path from the repository's root. */
export function generateSchemas(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [path, schema] of Object.entries(schemas)) {
    const document = { $schema: "https://json-schema.org/draft/2020-12/schema", ...schema };
    files.set(path, `${JSON.stringify(document, null, 2)}\n`);
  }
  return files;
}
