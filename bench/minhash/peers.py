"""Near-duplicate removal with libraries for Python: shingle, sign, query, insert what is new. One JSON object on stdout.

usage: peers.py PEER stream|sign FILE TEXTS

`stream` takes the first TEXTS lines of FILE in order; `sign` only signs them, from shingles made before. Seconds are CPU
seconds of all threads. Bytes are anonymous resident memory, gained per kept text.
"""

import json
import re
import sys
import time

THRESHOLD = 0.8
PERMUTATIONS = 128
BANDS = 16
ROWS = 8
BATCH = 256

word = re.compile(r"\w+")


def shingles_of(text):
    words = word.findall(text.lower())
    return {" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


def batches_of(texts):
    for start in range(0, len(texts), BATCH):
        yield start, texts[start : start + BATCH]


def rensa_lsh(texts):
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(THRESHOLD, PERMUTATIONS, BANDS)
    kept = 0
    for number, text in enumerate(texts):
        signature = RMinHash(PERMUTATIONS, 42)
        signature.update(shingles_of(text))
        if not index.query(signature):
            index.insert(number, signature)
            kept += 1
    return kept, index


def rensa_deduplicator_r(texts):
    from rensa import RMinHashDeduplicator

    return rensa_deduplicator(RMinHashDeduplicator(THRESHOLD, PERMUTATIONS, True, BANDS), texts)


def rensa_deduplicator_c(texts):
    from rensa import CMinHashDeduplicator

    return rensa_deduplicator(CMinHashDeduplicator(THRESHOLD, PERMUTATIONS), texts)


def rensa_deduplicator(index, texts):
    kept = 0
    for start, batch in batches_of(texts):
        added = index.add_pairs((str(start + i), shingles_of(text)) for i, text in enumerate(batch))
        kept += sum(added)
    return kept, index


def rensa_sign(all_shingles):
    from rensa import RMinHash

    RMinHash.digests_from_token_sets(all_shingles, PERMUTATIONS, 42)


def gaoya(texts):
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=THRESHOLD,
        num_bands=BANDS,
        band_size=ROWS,
        analyzer="word",
        lowercase=True,
        ngram_range=(3, 3),
        id_container="smallvec",
    )
    kept = 0
    for number, text in enumerate(texts):
        if not index.query(text):
            index.insert_document(number, text)
            kept += 1
    return kept, index


def datasketch(texts):
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
    kept = 0
    for start, batch in batches_of(texts):
        sets = [[shingle.encode() for shingle in shingles_of(text)] for text in batch]
        for i, signature in enumerate(MinHash.bulk(sets, num_perm=PERMUTATIONS)):
            if not index.query(signature):
                index.insert(start + i, signature, check_duplication=False)
                kept += 1
    return kept, index


def datasketch_sign(all_shingles):
    from datasketch import MinHash

    MinHash.bulk([[shingle.encode() for shingle in shingles] for shingles in all_shingles], num_perm=PERMUTATIONS)


STREAM = {
    "rensa-lsh": rensa_lsh,
    "rensa-r": rensa_deduplicator_r,
    "rensa-c": rensa_deduplicator_c,
    "gaoya": gaoya,
    "datasketch": datasketch,
}
SIGN = {"rensa-lsh": rensa_sign, "datasketch": datasketch_sign}


def anonymous_bytes():
    try:
        with open("/proc/self/status") as status:
            return 1024 * int(re.search(r"^RssAnon:\s+(\d+) kB$", status.read(), re.M)[1])
    except OSError:
        return 0


def main(peer, what, file, count):
    texts = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            if len(texts) == count:
                break
            texts.append(line.rstrip("\n"))
    if what == "sign":
        shingles = [shingles_of(text) for text in texts]
        SIGN[peer](shingles[:BATCH])
        started = time.process_time()
        SIGN[peer](shingles)
        return {"texts": len(texts), "seconds": time.process_time() - started}
    STREAM[peer](texts[:BATCH])
    before = anonymous_bytes()
    started = time.process_time()
    kept, index = STREAM[peer](texts)
    seconds = time.process_time() - started
    bytes_per_kept = (anonymous_bytes() - before) / kept
    del index
    return {"texts": len(texts), "seconds": seconds, "kept": kept, "bytesPerKept": bytes_per_kept}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))))
