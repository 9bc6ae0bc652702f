"""Writes answers in capitals."""

import magpie_plugin as magpie


@magpie.transform(
    summary="Writes answers in capitals.",
    examples=[
        {
            "title": "Only answers",
            "records": [{"id": "a", "instruction": "Hi", "response": "Hello"}],
            "outcomes": [{"keep": True, "contents": ["Hi", "HELLO"]}],
        }
    ],
)
class Shout:
    def __init__(self, _config):
        self.role = "assistant"

    def rewrite(self, records):
        print("rewriting", len(records))
        return [self.one(record) for record in records]

    def one(self, record):
        if record.response is None:
            return record
        return record.map_turns(lambda role, text: text.upper() if role == self.role else text)


if __name__ == "__main__":
    magpie.run(Shout)
