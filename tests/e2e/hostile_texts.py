"""Texts that nobody in their right mind types into a search box, drawn from a seed."""

import random
from collections.abc import Iterator

_WORDS = (
    *(
        "tunnels",
        "Kidal",
        "camp",
        "armée",
        "l'armée",
        "Aguelhoc",
        "soldiers",
        "gold",
        "fosse",
        "commune",
        "été",
        "FAMa",
    ),
    *("أنفاق", "كيدال", "الجيش", "المالي", "أجلهوك", "تحت", "كَيْدَال"),
    *("Kidali", "kɛlɛbolow", "sojojin", "ƙasa", "wʋsg", "tiɲɛ"),
)
_OPERATORS = (
    "AND",
    "OR",
    "NOT",
    "NEAR/3",
    "&&",
    "||",
    "+",
    "-",
    "--",
    "!",
    "~2",
    "^9",
    "*",
    "?",
    "TO",
    "title:",
    "_id:",
    "@",
    "#",
)
_BRACKETS = ("()", "[]", "{}", '""', "«»", "“”", "„“", "''", "<>", "//")
_CONTROLS = (
    "\x00",
    "\x01",
    "\x07",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\U0001f600",
    "\t",
    "\r\n",
)
_BIDI = ("\u202e", "\u2066", "\u2069", "\u200f", "\u200e", "\u061c", "\u202a", "\u202c")
_SURROGATES = ("\ud800", "\udfff", "\udc80\ud83d")
_LOOKALIKES = str.maketrans("aeiocpKTМ", "аеіосрКТM")
_MARKS = ("\u0301", "\u0651", "\u064e", "\u0323", "\u20dd")
_CODE = (
    "'; DROP TABLE record; --",
    "{{7*7}}",
    "<script>",
    "%00%0a",
    "\\",
    "/.*/",
    "${jndi:ldap://x}",
    "@ml-kidal",
    "fr:tunnel",
)
_LONG = 1_000_000


def iter_texts(seed: int, count: int) -> Iterator[str]:
    """Yield *count* texts; one of a thousand is a million characters long, and the ways take turns."""
    draw = random.Random(seed)
    ways = (_nest, _operate, _spoil, _turn, _break, _mimic, _pile, _quote, _attack, _scatter, _tie)
    for number in range(count):
        if number % 1_000 == 500:
            yield " ".join(draw.choices(_WORDS, k=_LONG // 5))
        else:
            yield ways[number % len(ways)](draw)


def _take(draw: random.Random, most: int = 6) -> list[str]:
    return draw.choices(_WORDS, k=draw.randint(1, most))


def _mix(draw: random.Random, signs: tuple[str, ...]) -> str:
    parts = [part for word in _take(draw) for part in (word, draw.choice(signs))]
    return draw.choice(("", " ")).join(parts)


def _nest(draw: random.Random) -> str:
    brackets = draw.choice(_BRACKETS)
    depth = draw.choice((1, 10, 300, 3_000))
    return brackets[0] * depth + " ".join(_take(draw)) + brackets[1] * (depth - draw.randint(0, 1))


def _operate(draw: random.Random) -> str:
    return _mix(draw, _OPERATORS)


def _spoil(draw: random.Random) -> str:
    return _mix(draw, _CONTROLS)


def _turn(draw: random.Random) -> str:
    return draw.choice(_BIDI) * draw.choice((1, 500)) + _mix(draw, _BIDI)


def _break(draw: random.Random) -> str:
    return _mix(draw, _SURROGATES)


def _mimic(draw: random.Random) -> str:
    return " ".join(_take(draw)).translate(_LOOKALIKES)


def _pile(draw: random.Random) -> str:
    return " ".join(word + draw.choice(_MARKS) * draw.choice((1, 40, 2_000)) for word in _take(draw, 3))


def _quote(draw: random.Random) -> str:
    before, opening = ("", "-", " -", "--"), ('"', "“", "«")
    phrases = (draw.choice(before) + draw.choice(opening) + " ".join(_take(draw, 3)) for _ in range(3))
    return draw.choice(('"', "”", "»", "")).join(phrases)


def _attack(draw: random.Random) -> str:
    return _mix(draw, _CODE)


def _tie(draw: random.Random) -> str:
    tags = ("".join(_take(draw)) * draw.choice((1, 1, 50)) for _ in range(draw.choice((1, 3, 400))))
    return " ".join(draw.choice("#@") + draw.choice((tag, tag.upper(), tag.lower())) for tag in tags)


def _scatter(draw: random.Random) -> str:
    return "".join(
        chr(draw.choice((draw.randrange(0x110000), draw.randrange(0x700)))) for _ in range(draw.randint(1, 40))
    )
