import { type Static, Type } from "typebox";
import type { Checkpoint } from "./checkpoint.ts";
import type { Json } from "./json.ts";
import type { Ledger, StageLedger } from "./ledger.ts";
import type { QuarantineEntry, RejectedReason, RejectedRecord } from "./outcome.ts";
import type { Plan } from "./plan.ts";
import { RecordSchema } from "./record.ts";
import { closed } from "./schema.ts";

const AnyJson = Type.Unsafe<Json>({ description: "Any JSON value." });

const Hash = (description: string) => Type.String({ pattern: "^[0-9a-f]{64}$", description });

const Count = (description: string) => Type.Integer({ minimum: 0, description });

const RejectedReasonSchema = closed(
  {
    code: Type.String({ description: "The reason's code, declared by the plugin." }),
    message: Type.String({ description: "The reason as a sentence." }),
    observed: Type.Optional(AnyJson),
    limit: Type.Optional(AnyJson),
    ref: Type.Optional(Type.String({ description: "What it points at: `topic/partition/offset id`." })),
  },
  { description: "Why the record was dropped." },
);

export const RejectedRecordSchema = closed(
  {
    ...RecordSchema.properties,
    verdict: closed(
      {
        stage: Type.String({
          description: "The stage that dropped the record; `route` when no route takes it.",
        }),
        plugin: Type.String({ description: "The stage's plugin: name@version; empty for `route`." }),
        reasons: Type.Array(RejectedReasonSchema, { description: "Every reason of that stage." }),
      },
      { description: "Who dropped the record and why." },
    ),
  },
  { $id: "magpie-rejected/1", description: "A dropped record with every reason." },
);

export const QuarantineEntrySchema = closed(
  {
    id: Type.String({ description: "The record's id; its position when it could not be read." }),
    position: Type.String({ description: "topic/partition/offset of this attempt." }),
    original: Type.String({ description: "Position of the first attempt." }),
    stage: Type.String({ description: "The stage that failed; `read` when the bytes were not a record." }),
    plugin: Type.String({ description: "The stage's plugin: name@version; empty for `read`." }),
    error: closed(
      {
        code: Type.String({ description: "The error's code." }),
        message: Type.String({ description: "What went wrong." }),
      },
      { description: "Why the record could not be judged." },
    ),
    attempts: Count("Calls made for the record before giving up."),
    bytes: Type.String({ contentEncoding: "base64", description: "The original bytes." }),
    sha256: Hash("sha256 of the original bytes."),
  },
  { $id: "magpie-quarantine/1", description: "A record that could not be judged, with its original bytes." },
);

export const PlanSchema = closed(
  {
    pipeline: Type.String({ description: "The pipeline's name." }),
    from: Type.Array(Type.String(), { description: "Source topics." }),
    to: Type.Union(
      [
        Type.String(),
        Type.Array(
          closed(
            {
              topic: Type.String({ description: "A topic of curated records." }),
              when: Type.Optional(
                Type.String({ description: "The condition a record must meet to go there." }),
              ),
            },
            { description: "A route." },
          ),
        ),
      ],
      { description: "The topic of curated records, or the routes they take." },
    ),
    stages: Type.Array(
      closed(
        {
          id: Type.String({ description: "The stage's id." }),
          plugin: Type.String({ description: "The plugin's name." }),
          version: Type.String({ description: "The plugin's version." }),
          sha256: Type.Optional(
            Hash("sha256 of a local plugin's file, or of the files that a program's command names."),
          ),
          exec: Type.Optional(
            Type.Array(Type.String(), { description: "The command of a plugin that is a program." }),
          ),
          with: Type.Record(Type.String(), AnyJson, {
            description: "The plugin's config, defaults filled in.",
          }),
        },
        { description: "A configured plugin." },
      ),
      { description: "The stages, in order." },
    ),
  },
  { $id: "magpie-plan/1", description: "What determines a pipeline's results." },
);

const StageLedgerSchema = closed(
  {
    id: Type.String({ description: "The stage's id." }),
    in: Count("Records that reached the stage: kept + dropped + quarantined."),
    kept: Count("Records that went on."),
    dropped: Count("Records the stage dropped."),
    quarantined: Count("Records the stage could not judge."),
    reasons: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), {
      description: "Drops by reason code; a drop may have several.",
    }),
    orphaned: Count("Drops whose holder was dropped or quarantined later."),
    tokens: Type.Optional(
      closed(
        { prompt: Count("Tokens read."), completion: Count("Tokens generated.") },
        { description: "Of the turns the stage generated; left out where it generated none." },
      ),
    ),
    modelMs: Type.Optional(
      Count("Milliseconds that models worked on those turns; left out where no engine measured it."),
    ),
  },
  { description: "What one stage did with the records that reached it." },
);

const ledger = {
  received: Count(
    "Records read from the sources. With those resumed: curated + rejected + quarantined + forwarded.",
  ),
  curated: Count("Records that passed every stage and were taken by a route."),
  copies: Count(
    "Further topics that curated records went to: as many records more are in the curated topics.",
  ),
  rejected: Count("Records a stage dropped."),
  quarantined: Count("Records that could not be read or judged."),
  forwarded: Count("Records handed to the next segment."),
  resumed: Count("Records taken over from the segment before."),
  stages: Type.Array(StageLedgerSchema, { description: "The stages, in order." }),
};

export const LedgerSchema = closed(ledger, {
  $id: "magpie-ledger/1",
  description: "The conservation account of a task or pipeline.",
});

export const CheckpointSchema = closed(
  {
    commit: Type.Integer({ minimum: 1, description: "Number of the commit." }),
    offsets: Type.Record(Type.String(), Type.String({ pattern: "^\\d+$" }), {
      description: "topic/partition → offset of the next record to read.",
    }),
    streamTime: Type.Number({ description: "Milliseconds; the largest `created` seen." }),
    plan: Type.String({ description: "sha256 of the plan in force." }),
    fingerprints: Type.Record(Type.String(), Type.String(), {
      description: "Stateful stage → fingerprint of what shapes its state.",
    }),
    ledger: closed(ledger, { description: "The account up to this commit." }),
  },
  { $id: "magpie-checkpoint/1", description: "What a task commits together with its outputs and state." },
);

type Agrees<A extends B, B> = A;

/**
 * Fails to compile when a schema and its interface drift apart.
 *
 * @public
 */
export type SchemasAgree = [
  Agrees<Static<typeof RejectedRecordSchema>, RejectedRecord>,
  Agrees<Static<typeof RejectedReasonSchema>, RejectedReason>,
  Agrees<Static<typeof QuarantineEntrySchema>, QuarantineEntry>,
  Agrees<Static<typeof PlanSchema>, Plan>,
  Agrees<Static<typeof StageLedgerSchema>, StageLedger>,
  Agrees<Static<typeof LedgerSchema>, Ledger>,
  Agrees<Static<typeof CheckpointSchema>, Checkpoint>,
];
