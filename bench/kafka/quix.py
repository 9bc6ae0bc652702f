"""Quix Streams, exactly-once, one topic to another: prints what it took as JSON.

usage: quix.py BROKERS SOURCE TARGET RECORDS STATE_FOLDER
"""

import json
import logging
import resource
import sys
import time

from quixstreams import Application

brokers, source, target, records, state = *sys.argv[1:4], int(sys.argv[4]), sys.argv[5]
logging.disable(logging.CRITICAL)

app = Application(
    broker_address=brokers,
    consumer_group=f"quix-{target}",
    auto_offset_reset="earliest",
    processing_guarantee="exactly-once",
    commit_interval=0.25,
    auto_create_topics=False,
    loglevel=None,
    state_dir=state,
)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


started = None
seen = 0


def count(value):
    global started, seen
    if started is None:
        started = (time.monotonic(), cpu())
    seen += 1
    return value


frame = app.dataframe(app.topic(source, value_deserializer="json"))
frame = frame.apply(count)
frame.to_topic(app.topic(target, value_serializer="json"))
app.run(count=records, timeout=60)

wall, used = time.monotonic() - started[0], cpu() - started[1]
print(json.dumps({"records": seen, "wallMs": wall * 1000, "cpuMs": used * 1000}))
