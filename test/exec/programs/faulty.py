"""Speaks the protocol itself, and does wrong what its argument names when it meets a record with the id `poison`."""

import json
import os
import sys
import time

fault = sys.argv[1] if len(sys.argv) > 1 else ""
HELLO = {
    "type": "hello",
    "protocol": 1,
    "kind": "filter",
    "name": "faulty",
    "version": "1.0.0",
    "summary": "Keeps everything.",
    "config": {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
    "measures": {"type": "object", "properties": {}, "additionalProperties": False},
    "reasons": {},
}


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def misbehave(batch, results):
    if fault == "crash":
        sys.stderr.write("about to crash\n")
        os._exit(3)
    if fault == "edit":
        with open(__file__, "a") as script:
            script.write("# edited\n")
        os._exit(3)
    if fault == "hang":
        time.sleep(3600)
    if fault == "garbage":
        print("hello there", flush=True)
        time.sleep(3600)
    if fault == "wrong-id":
        return say({"type": "results", "id": batch["id"] + 1, "results": results})
    if fault == "missing-verdict":
        return say({"type": "results", "id": batch["id"], "results": results[1:]})
    if fault == "extra-answer":
        say({"type": "results", "id": batch["id"], "results": results})
        return say({"type": "results", "id": batch["id"], "results": results})
    if fault == "flood":
        while True:
            os.write(1, b"x" * 65536)
    if fault == "log-flood":
        line = json.dumps({"type": "log", "level": "info", "message": "again"}).encode() + b"\n"
        while True:
            os.write(1, line * 100)
    if fault == "stderr-flood":
        while True:
            os.write(2, b"again and again\n" * 1000)
    if fault == "memory":
        hog = []
        while True:
            hog.append(bytearray(16 << 20))
            time.sleep(0.005)
    if fault == "bad-verdict":
        results[[record["id"] for record in batch["records"]].index("poison")] = {"keep": "perhaps", "measures": {}}
        return say({"type": "results", "id": batch["id"], "results": results})


if fault == "slow-start" and os.path.exists(sys.argv[2]):
    time.sleep(3600)
say(HELLO)
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "shutdown":
        break
    if message["type"] == "setup":
        if fault == "slow-start":
            open(sys.argv[2], "w").close()
        if fault == "no-setup":
            say({"type": "failed", "error": {"message": "the model is not there"}})
        else:
            say({"type": "ready"})
        continue
    results = [{"keep": True, "measures": {}} for _ in message["records"]]
    if fault == "slow-start":
        os._exit(1)
    if any(record["id"] == "poison" for record in message["records"]):
        misbehave(message, results)
    else:
        say({"type": "results", "id": message["id"], "results": results})
