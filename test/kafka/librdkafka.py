"""Reads what is committed of a topic, or writes to it, through librdkafka: the client our own is judged by."""

import json
import sys

from confluent_kafka import Consumer, Producer, TopicPartition


def text(data):
    return None if data is None else data.decode("utf-8", "surrogateescape")


def read(brokers, topic, start):
    consumer = Consumer({
        "bootstrap.servers": brokers,
        "group.id": "none",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "auto.offset.reset": "earliest",
    })
    partitions = consumer.list_topics(topic, 10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, partition, int(start)) for partition in partitions])
    ended = set()
    while len(ended) < len(partitions):
        message = consumer.poll(10)
        if message is None:
            sys.exit("nothing came for ten seconds")
        if message.error():
            if message.error().name() != "_PARTITION_EOF":
                sys.exit(str(message.error()))
            ended.add(message.partition())
            continue
        print(json.dumps({
            "partition": message.partition(),
            "offset": message.offset(),
            "key": text(message.key()),
            "value": text(message.value()),
            "headers": {name: text(value) for name, value in message.headers() or []},
        }))
    consumer.close()


def write(brokers, topic, compression):
    producer = Producer({
        "bootstrap.servers": brokers,
        "compression.type": compression,
        "linger.ms": 100,
    })
    for value in sys.stdin.read().split("\n"):
        producer.produce(topic, value.encode(), partition=0)
    if producer.flush(10) > 0:
        sys.exit("not everything was written")


{"read": read, "write": write}[sys.argv[1]](*sys.argv[2:])
