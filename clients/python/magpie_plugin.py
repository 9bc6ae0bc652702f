"""Plugins for magpie-stream in Python: one file, no dependencies, Python 3.9 or newer.

A filter measures a record and decides; a transform rewrites it. Write a function for one record, or, to load a model once or to
work on many records at a time, a class:

    import magpie_plugin as magpie

    @magpie.filter(summary="Keeps questions.", reasons={"no_question": "It does not contain {limit}."}, ...)
    def asks(record: magpie.Record, config: Config) -> magpie.Judgement: ...

    @magpie.filter(...)
    class Toxicity:
        def __init__(self, config: Config): ...                                  # once, before the first batch
        def judge(self, records: list[magpie.Record]) -> list[magpie.Judgement]: ...    # `rewrite` in a transform

    if __name__ == "__main__":
        magpie.run(asks)

`config` and `measures` are dataclasses; `Annotated` gives each field the description people read, and, if you like, more of JSON
Schema: `min_words: Annotated[int, "Fewest words.", {"minimum": 1}] = 3`.

magpie-stream starts the program and speaks the plugin protocol with it (docs/plugin-protocol.md). `print` is safe: it goes to
standard error, which is logged.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import random
import re
import sys
import traceback
import types
import typing
from typing import Any, Callable, Dict, List, Optional, Sequence, Union

__all__ = ["Judgement", "Record", "RecordError", "drop", "filter", "keep", "log", "reason", "run", "transform"]

PROTOCOL = 1


class RecordError(Exception):
    """Raise it (for one record), or return it in its place (of many): the record goes to quarantine, the others go on."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code
        self.message = message


class Record:
    """A conversation with what is known about it. Never change one: `replace` gives a changed copy."""

    __slots__ = ("data",)

    def __init__(self, data: Dict[str, Any]):
        #: The record as JSON: `id`, `turns`, `provenance`, `measures`, `tags`, `extra`.
        self.data = data

    @classmethod
    def of(cls, instruction: str, response: Optional[str] = None, **parts: Any) -> "Record":
        """A record for tests; `parts` are `id`, `turns`, `measures` and so on."""
        turns = [{"role": "user", "content": instruction}]
        if response is not None:
            turns.append({"role": "assistant", "content": response})
        bare = {"id": "test/0/0", "turns": turns, "provenance": {}, "measures": {}, "tags": {}, "extra": {}}
        return cls({**bare, **parts})

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def turns(self) -> List[Dict[str, Any]]:
        """`{"role": "system" | "user" | "assistant", "content": …}`, in order."""
        return self.data["turns"]

    @property
    def instruction(self) -> Optional[str]:
        """What the user says first; None when there is no user turn."""
        return next((turn["content"] for turn in self.turns if turn["role"] == "user"), None)

    @property
    def response(self) -> Optional[str]:
        """What the assistant says last; None when there is no assistant turn."""
        return next((turn["content"] for turn in reversed(self.turns) if turn["role"] == "assistant"), None)

    @property
    def measures(self) -> Dict[str, Dict[str, Any]]:
        """What earlier stages measured, by the id of the stage."""
        return self.data["measures"]

    @property
    def tags(self) -> Dict[str, Any]:
        """Tag → value, of earlier stages."""
        return {name: tag["value"] for name, tag in self.data["tags"].items()}

    @property
    def extra(self) -> Dict[str, Any]:
        """Input columns that magpie-stream has no name for."""
        return self.data["extra"]

    def replace(self, **changes: Any) -> "Record":
        """A copy with other `turns` or other parts."""
        return Record({**self.data, **changes})

    def map_turns(self, change: Callable[[str, str], str]) -> "Record":
        """A copy whose texts are `change(role, content)`."""
        return self.replace(turns=[{**turn, "content": change(turn["role"], turn["content"])} for turn in self.turns])

    def random(self) -> random.Random:
        """Random numbers that are the same for this record after every restart. Use no others."""
        return random.Random(f"{_seed}/{self.id}")


_seed = ""

#: What a filter says of a record, as the protocol has it; made by `keep` and `drop`.
Judgement = Dict[str, Any]


def _as_dict(measures: Any) -> Dict[str, Any]:
    # Not dataclasses.asdict, which copies everything and takes ten times as long.
    return measures if isinstance(measures, dict) else vars(measures)


def keep(measures: Any, tags: Optional[Dict[str, Any]] = None) -> Judgement:
    """The record goes on, with these measures and tags."""
    kept = {"keep": True, "measures": _as_dict(measures)}
    if tags:
        kept["tags"] = tags
    return kept


def drop(measures: Any, *reasons: Dict[str, Any], tags: Optional[Dict[str, Any]] = None) -> Judgement:
    """The record is dropped, for every reason that applies."""
    dropped = {"keep": False, "reasons": list(reasons), "measures": _as_dict(measures)}
    if tags:
        dropped["tags"] = tags
    return dropped


def reason(code: str, *, observed: Any = None, limit: Any = None, ref: Optional[str] = None) -> Dict[str, Any]:
    """A reason declared in `reasons`; its sentence's {observed}, {limit} and {ref} are filled in."""
    given = {"code": code, "observed": observed, "limit": limit, "ref": ref}
    return {key: value for key, value in given.items() if value is not None}


def log(message: str, level: str = "info", **fields: Any) -> None:
    """A line for the log of magpie-stream."""
    _write({"type": "log", "level": level, "message": message, "fields": fields})


def filter(
    *,
    summary: str,
    measures: type,
    reasons: Dict[str, str],
    name: Optional[str] = None,
    version: str = "1.0.0",
    config: Optional[type] = None,
    tags: Optional[Dict[str, str]] = None,
    examples: Sequence[Dict[str, Any]] = (),
    stability: str = "experimental",
) -> Callable[[Any], Any]:
    """Makes a filter of a function `(record, config) -> Judgement`, or of a class with `judge(records)`."""
    more = {"measures": _schema_of(measures), "reasons": reasons, "tags": tags or {}}
    return _decorator("filter", "judge", name, version, summary, config, examples, stability, more)


def transform(
    *,
    summary: str,
    name: Optional[str] = None,
    version: str = "1.0.0",
    config: Optional[type] = None,
    examples: Sequence[Dict[str, Any]] = (),
    stability: str = "experimental",
) -> Callable[[Any], Any]:
    """Makes a transform of a function `(record, config) -> Record`, or of a class with `rewrite(records)`."""
    return _decorator("transform", "rewrite", name, version, summary, config, examples, stability, {})


def _decorator(kind, method, name, version, summary, config, examples, stability, more):
    def decorate(target: Any) -> Any:
        target.magpie_hello = {
            "type": "hello",
            "protocol": PROTOCOL,
            "kind": kind,
            "name": name or _kebab(target.__name__),
            "version": version,
            "summary": summary,
            "stability": stability,
            "config": _schema_of(config),
            "examples": list(examples),
            **more,
        }
        target.magpie_config = config
        target.magpie_method = method
        return target

    return decorate


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").lower()


def _schema_of(fields: Optional[type]) -> Dict[str, Any]:
    """The JSON Schema of a dataclass, closed."""
    schema: Dict[str, Any] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    if fields is None:
        return schema
    hints = typing.get_type_hints(fields, include_extras=True)
    for field in dataclasses.fields(fields):
        schema["properties"][field.name] = node = _node_of(hints[field.name])
        if field.default is not dataclasses.MISSING:
            node["default"] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            node["default"] = field.default_factory()
        schema["required"].append(field.name)
    return schema


_NODES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_UNIONS = (Union, getattr(types, "UnionType", Union))


def _node_of(hint: Any) -> Dict[str, Any]:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        node = _node_of(args[0])
        for note in args[1:]:
            node.update({"description": note} if isinstance(note, str) else note)
        return node
    if hint in _NODES:
        return {"type": _NODES[hint]}
    if origin is typing.Literal:
        return {"anyOf": [{"const": value} for value in args]}
    if origin in _UNIONS:
        return {"anyOf": [_node_of(each) for each in args]}
    if origin is list:
        return {"type": "array", "items": _node_of(args[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _node_of(args[1])}
    if dataclasses.is_dataclass(hint):
        return _schema_of(hint)
    if hint is Any:
        return {}
    raise TypeError(f"magpie_plugin has no JSON Schema for {hint!r}; use str, int, float, bool, list, dict, Literal, None")


def run(plugin: Any) -> None:
    """Serves a plugin until magpie-stream ends it. Call it at the end of the file."""
    if sys.stdin.isatty():
        sys.exit(f"This is a plugin for magpie-stream. Try it: magpie plugin test {sys.argv[0]}")
    _take_over_stdout()
    _write(plugin.magpie_hello)
    work: Optional[Callable[[List[Record]], List[Any]]] = None
    # Bytes, and a large buffer: a batch is one line of some hundred kilobytes.
    for line in open(0, "rb", buffering=1 << 20, closefd=False):
        message = json.loads(line)
        if message["type"] == "shutdown":
            return
        if message["type"] == "setup":
            work = _set_up(plugin, message)
        elif work is not None:
            _send(_answer(work, message))


_out: Any = None


def _take_over_stdout() -> None:
    """Standard output belongs to the protocol: what is printed goes to standard error instead."""
    global _out
    _out = open(os.dup(1), "wb", buffering=1 << 16)
    os.dup2(2, 1)
    sys.stdout = sys.stderr


def _write(message: Dict[str, Any]) -> None:
    _send(_encoded(message))


def _encoded(message: Any) -> bytes:
    # ASCII: a lone surrogate stays what it is. NaN is no JSON, and thus an error.
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode("ascii")


def _send(line: bytes) -> None:
    _out.write(line)
    _out.write(b"\n")
    _out.flush()


def _set_up(plugin: Any, message: Dict[str, Any]) -> Optional[Callable[[List[Record]], List[Any]]]:
    global _seed
    _seed = message["seed"]
    try:
        fields = plugin.magpie_config
        config = None if fields is None else fields(**message["config"])
        many = _many(plugin, config)
    except Exception as error:
        _write({"type": "failed", "error": _failure(error)})
        return None
    _write({"type": "ready"})
    return many


def _many(plugin: Any, config: Any) -> Callable[[List[Record]], List[Any]]:
    if inspect.isclass(plugin):
        return getattr(plugin(config), plugin.magpie_method)

    def one_by_one(records: List[Record]) -> List[Any]:
        results = []
        for record in records:
            try:
                results.append(plugin(record, config))
            except RecordError as error:
                results.append(error)
            except Exception as error:
                failure = _failure(error)
                results.append(RecordError(failure.get("code", "MGP_PLUGIN_THREW"), failure["message"]))
        return results

    return one_by_one


def _answer(work: Callable[[List[Record]], List[Any]], message: Dict[str, Any]) -> bytes:
    batch = message["id"]
    try:
        records = [Record(data) for data in message["records"]]
        results = work(records)
        if len(results) == len(records):
            results = [_result(result, record) for result, record in zip(results, records)]
        return _encoded({"type": "results", "id": batch, "results": results})
    except Exception as error:
        return _encoded({"type": "failed", "id": batch, "error": _failure(error)})


def _result(result: Any, record: Record) -> Any:
    if result is record:
        return {"unchanged": True}
    if isinstance(result, Record):
        return {"record": result.data}
    if isinstance(result, RecordError):
        return {"error": {"code": result.code, "message": result.message}}
    return result


def _failure(error: Exception) -> Dict[str, Any]:
    """An error as the protocol has it. One with a true `retriable`, or of the network, may be tried again."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    failure: Dict[str, Any] = {"message": f"{type(error).__name__}: {error}{where}"}
    if isinstance(getattr(error, "code", None), str):
        failure["code"] = error.code
    failure["retriable"] = bool(getattr(error, "retriable", isinstance(error, (ConnectionError, TimeoutError))))
    return failure
