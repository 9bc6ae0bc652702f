/** How the values of messages are written to Kafka. What the program works with is JSON as UTF-8. */
export interface ValueCodec {
  /** Of the header `content-type` on what pipelines write. */
  readonly contentType: string;
  encode(json: Uint8Array): Uint8Array;
  decode(value: Uint8Array): Uint8Array;
}

/** Values as they are. */
export const jsonCodec: ValueCodec = {
  contentType: "application/json",
  encode: (json) => json,
  decode: (value) => value,
};
