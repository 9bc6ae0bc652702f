import { MagpieError } from "../../core/errors.ts";

/** For a topic whose name is the same, but which is not the one that was read up to `offset`. */
export function recreatedError(topic: string, partition: number, offset: bigint): MagpieError {
  return new MagpieError(
    "MGP_TOPIC_RECREATED",
    `${topic} was deleted and made anew after ${topic}/${partition} had been read up to offset ${offset}, which meant another ` +
      "record then. Nothing was read from the new topic. To curate it, give the pipeline another name and output topic, or start " +
      "over with `magpie reset`",
  );
}

/** For a changelog that had a position, and has none now: going on would read the sources from their start and write all outputs twice. */
export function lostChangelogError(changelog: string): MagpieError {
  return new MagpieError(
    "MGP_TOPIC_RECREATED",
    `${changelog} was deleted while the pipeline ran, and with it its position and state. Start over with \`magpie reset\`, which ` +
      "removes the outputs that belong to it",
  );
}
