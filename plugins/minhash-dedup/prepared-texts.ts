/** What becomes of the texts of a batch, one after the other: signed, and handed on together. */
export interface PreparedTexts {
  /** Forgets what was added and not taken. */
  begin(): void;
  /** The text whose shingles are on the workbench. */
  add(): void;
  /** Those added, in order, as bytes that {@link readPrepared} reads. */
  take(): readonly Uint8Array[];
}
