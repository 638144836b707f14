"""Answers that a busy cluster or a bad network gives."""

import json
import random
from typing import Any

from tests.chaos.proxy import Answer, Ask, Mischief, Request

_HEADERS = {
    "Content-Type": "application/vnd.elasticsearch+json;compatible-with=9",
    "X-Elastic-Product": "Elasticsearch",
}
_REJECTED = {"type": "es_rejected_execution_exception", "reason": "rejected execution: the queue is full"}


def refuse(request: Request, ask: Ask) -> Answer:
    """Too many requests; this one was not looked at."""
    return _build_answer(429, {"error": _REJECTED, "status": 429})


def lose(request: Request, ask: Ask) -> None:
    """Let it be done, and say nothing."""
    ask(request)


def fail_in_part(seed: int) -> Mischief:
    """Refuse some documents of a bulk request, and say of others that they were refused, although they are kept."""

    def answer(request: Request, ask: Ask) -> Answer:
        chance = random.Random(seed)
        lines = request.body.splitlines()
        documents = list(zip(lines[::2], lines[1::2], strict=True))
        fates = ["refused", *(chance.choice(("kept", "refused", "denied")) for _ in documents[1:])]
        chance.shuffle(fates)
        kept = [document for document, fate in zip(documents, fates, strict=True) if fate != "refused"]
        answers = iter(_ask_for(request, ask, kept))
        status = chance.choice((429, 503, 500))
        items = [
            next(answers) if fate == "kept" else _refuse_one(line, status, answers if fate == "denied" else None)
            for (line, _), fate in zip(documents, fates, strict=True)
        ]
        return _build_answer(200, {"took": 1, "errors": True, "items": items})

    return answer


def _ask_for(request: Request, ask: Ask, documents: list[tuple[bytes, bytes]]) -> list[Any]:
    """The node's answer for each of these."""
    if not documents:
        return []
    body = b"".join(line + b"\n" for document in documents for line in document)
    answer = ask(Request(request.method, request.path, request.headers, body))
    if answer.status != 200:
        raise OSError(f"the node itself refused: {answer.status}")
    return list(json.loads(answer.body)["items"])


def _refuse_one(line: bytes, status: int, kept: Any) -> Any:
    if kept is not None:
        next(kept)
    ((operation, about),) = json.loads(line).items()
    return {operation: {**about, "status": status, "error": _REJECTED}}


def _build_answer(status: int, body: Any) -> Answer:
    return Answer(status, _HEADERS, json.dumps(body).encode())
