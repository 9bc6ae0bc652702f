"""A filter that does nothing; with the argument `floor`, what JSON alone costs: each line read and its answer written."""

import json
import sys
import time
from dataclasses import dataclass

import magpie_plugin as magpie


@dataclass
class Measures:
    pass


@magpie.filter(summary="Keeps everything.", measures=Measures, reasons={})
def noop(record: magpie.Record, _config: None) -> magpie.Judgement:
    return magpie.keep({})


if __name__ == "__main__":
    if sys.argv[1:] != ["floor"]:
        magpie.run(noop)
    else:
        lines = sys.stdin.buffer.readlines()
        started = time.perf_counter()
        for line in lines:
            records = json.loads(line)["records"]
            json.dumps({"results": [{"keep": True, "measures": {}} for _ in records]}, separators=(",", ":"))
        print(time.perf_counter() - started)
