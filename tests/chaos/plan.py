"""Which faults come when: the same for the same seed."""

import random
from dataclasses import dataclass
from typing import Literal, get_args

NodeKind = Literal["kill", "pause", "restart"]
AnswerKind = Literal["busy", "partial", "lost"]
Kind = Literal["flood"] | NodeKind | AnswerKind

NODE_KINDS: tuple[NodeKind, ...] = get_args(NodeKind)
ANSWER_KINDS: tuple[AnswerKind, ...] = get_args(AnswerKind)
NODES = 3
_IN_ROUND = 10
_NODE_CYCLE: tuple[NodeKind, ...] = ("kill", "pause", "restart", "pause")


@dataclass(frozen=True)
class Fault:
    """What happens, to which node (by number, where it is one), how long after the round began, and for how long."""

    kind: Kind
    node: int
    after_seconds: float
    for_seconds: float


def build_plan(count: int, seed: int) -> list[list[Fault]]:
    """Return *count* faults in rounds: more than a fifth on nodes, several of them down at once in some rounds."""
    chance = random.Random(seed)
    rounds = -(-count // _IN_ROUND)
    kinds: list[list[Kind]] = [[] for _ in range(rounds)]
    for number, kind in enumerate(_list_kinds(count)):
        kinds[number % rounds].append(kind)
    return [_build_round(wanted, chance) for wanted in kinds]


def _list_kinds(count: int) -> list[Kind]:
    """Those on nodes first, so that they are dealt out evenly."""
    nodes, floods = -(-count * 22 // 100), max(1, count // 25)
    kinds: list[Kind] = [_NODE_CYCLE[number % len(_NODE_CYCLE)] for number in range(nodes)]
    kinds += ["flood"] * floods
    kinds += [ANSWER_KINDS[number % len(ANSWER_KINDS)] for number in range(count - len(kinds))]
    return kinds


def _build_round(kinds: list[Kind], chance: random.Random) -> list[Fault]:
    """No node meets two faults in one round."""
    nodes = iter(chance.sample(range(NODES), NODES))
    return [
        Fault(
            kind,
            node=next(nodes) if kind in NODE_KINDS else -1,
            after_seconds=chance.uniform(0.5, 6),
            for_seconds=chance.uniform(1, 10) if kind in NODE_KINDS else chance.uniform(0.5, 2),
        )
        for kind in kinds
    ]
