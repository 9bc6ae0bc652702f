import { ByteReader } from "./byte-reader.ts";
import { type Broker, Encoder, type Protocol, protocolError } from "./kafkajs.ts";

const metadataKey = 3;
/** The first version that gives ids (brokers from 2.8 on); the client knows none above 6. */
const version = 10;
const unknownTopic = 3;

/**
 * The id of a topic: one that is deleted and made anew under the same name has another, whatever its offsets are. Undefined when
 * there is no such topic.
 */
export function topicId(broker: Broker, topic: string): Promise<string | undefined> {
  const protocol: Protocol<string | undefined> = {
    request: {
      apiKey: metadataKey,
      apiVersion: version,
      apiName: "Metadata",
      encode: async () => encodeRequest(topic),
    },
    response: {
      decode: async (payload) => readTopic(payload),
      parse: async ({ errorCode, id }: TopicAnswer) => {
        if (errorCode === unknownTopic) return undefined;
        if (errorCode !== 0) throw protocolError(errorCode);
        return id;
      },
    },
  };
  return broker.connectionPool.send(protocol);
}

interface TopicAnswer {
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly id: string;
}

/** Of the flexible form: the header, and everything that has fields, ends with a count of tagged fields, here always none. */
function encodeRequest(topic: string): object {
  const name = Buffer.from(topic);
  const noTags = 0;
  return new Encoder().writeBuffer(
    Buffer.concat([
      Buffer.of(noTags, 1 + 1), // the header's tags; one topic
      Buffer.alloc(16), // its id, which we do not know
      uvarint(name.length + 1),
      name,
      Buffer.of(noTags),
      Buffer.of(0, 0, 0, noTags), // not created, and no list of what we may do
    ]),
  );
}

function uvarint(value: number): Buffer {
  return value < 0x80 ? Buffer.of(value) : Buffer.of((value & 0x7f) | 0x80, value >>> 7);
}

function readTopic(payload: Buffer): TopicAnswer {
  const reader = new ByteReader(payload);
  reader.tags();
  const clientSideThrottleTime = reader.int32();
  reader.compactArray(() => {
    reader.int32(); // a broker: its id, host, port, rack
    reader.compactBytes();
    reader.int32();
    reader.compactBytes();
    reader.tags();
  });
  reader.compactBytes(); // the cluster's id
  reader.int32(); // the controller
  const [topic] = reader.compactArray(() => {
    const errorCode = reader.int16();
    reader.compactBytes(); // its name
    const id = reader.bytes(16).toString("hex");
    reader.int8(); // whether it is Kafka's own
    reader.compactArray(() => {
      reader.int16(); // an error
      for (let field = 0; field < 3; field++) reader.int32(); // partition, leader, epoch
      for (let list = 0; list < 3; list++) reader.compactArray(() => reader.int32()); // replicas
      reader.tags();
    });
    reader.int32(); // what we may do
    reader.tags();
    return { errorCode, id };
  });
  if (topic === undefined) throw new RangeError("the broker's answer has no topic");
  return { clientSideThrottleTime, ...topic };
}
