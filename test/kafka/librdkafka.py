"""Reads what is committed of a topic, follows it, or writes to it, through librdkafka: the client our own is judged by."""

import json
import sys
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition


def text(data):
    return None if data is None else data.decode("utf-8", "surrogateescape")


def open_consumer(brokers, more={}):
    return Consumer({
        "bootstrap.servers": brokers,
        "group.id": "none",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "auto.offset.reset": "earliest",
        **more,
    })


def read(brokers, topic, start):
    consumer = open_consumer(brokers)
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


def follow(brokers, *topics):
    """Prints what comes, as it comes. Once standard input has ended, reads to the end of every partition and ends."""
    consumer = open_consumer(brokers, {"topic.metadata.refresh.interval.ms": 1000})
    finishing = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), finishing.set()), daemon=True).start()
    places = set()
    for topic in topics:
        places |= {(topic, partition) for partition in consumer.list_topics(topic, 30).topics[topic].partitions}
    consumer.assign([TopicPartition(topic, partition, 0) for topic, partition in places])
    ended = set()
    quiet = time.monotonic()
    # The end that was seen last may be older than the last commit: only when nothing has come for a while it is the end.
    while not (finishing.is_set() and ended == places and time.monotonic() - quiet > 1.5):
        message = consumer.poll(0.2)
        if message is None:
            continue
        place = (message.topic(), message.partition())
        if message.error():
            if message.error().name() == "_PARTITION_EOF":
                ended.add(place)
            elif message.error().fatal():
                sys.exit(str(message.error()))
            continue
        ended.discard(place)
        quiet = time.monotonic()
        headers = dict(message.headers() or [])
        print(json.dumps({
            "topic": message.topic(),
            "partition": message.partition(),
            "offset": message.offset(),
            "key": text(message.key()),
            "source": text(headers.get("magpie-source")),
        }), flush=True)
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


{"read": read, "follow": follow, "write": write}[sys.argv[1]](*sys.argv[2:])
