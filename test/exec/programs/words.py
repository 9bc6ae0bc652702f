"""Keeps instructions with enough words."""

from dataclasses import dataclass
from typing import Annotated

import magpie_plugin as magpie


@dataclass
class Config:
    min_words: Annotated[int, "Fewest words.", {"minimum": 1}] = 2


@dataclass
class Measures:
    words: Annotated[int, "Words of the instruction."]


@magpie.filter(
    summary="Keeps instructions with enough words.",
    config=Config,
    measures=Measures,
    reasons={"too_short": "It has {observed} words; at least {limit} are wanted."},
    tags={"size": "`small` or `large`."},
    examples=[
        {
            "title": "One word is too few",
            "records": [{"id": "a", "instruction": "Hi"}, {"id": "b", "instruction": "Hi there"}],
            "outcomes": [
                {"keep": False, "reasons": ["too_short"], "measures": {"words": 1}},
                {"keep": True, "tags": {"size": "small"}},
            ],
        }
    ],
)
def words(record: magpie.Record, config: Config) -> magpie.Judgement:
    measures = Measures(len((record.instruction or "").split()))
    tags = {"size": "small" if measures.words < 5 else "large"}
    if measures.words >= config.min_words:
        return magpie.keep(measures, tags=tags)
    return magpie.drop(measures, magpie.reason("too_short", observed=measures.words, limit=config.min_words), tags=tags)


if __name__ == "__main__":
    magpie.run(words)
