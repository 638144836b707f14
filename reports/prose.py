"""What an editor writes: Markdown (CommonMark) with citations, ``[@V-2023-0007]`` or ``[@V-2023-0007.2]``.

Raw HTML is text, pictures are links, and a link leads to http or https or is none: nothing that an editor pastes becomes live.
``[@name](https://…)`` stays a link.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from reports.blocks import Block, Code, Heading, Items, Paragraph, Quote, Rule, Run, Runs
from reports.filters import is_web_address

_CITATION = re.compile(r"\[@([^\]\n]*)(?:\]|$)(?!\()", re.MULTILINE)
_MARKS = {"strong_open": ("strong", True), "strong_close": ("strong", False), "em_open": ("emphasis", True),
          "em_close": ("emphasis", False)}  # fmt: skip


@dataclass(frozen=True)
class WrittenCitation:
    """A citation as it stands in the text; ``line`` and ``column`` count from 1, in characters."""

    cited: str
    line: int
    column: int


Cite = Callable[[WrittenCitation], Run]


def parse_prose(markdown: str, cite: Cite) -> tuple[Block, ...]:
    """Parse what an editor wrote; *cite* says what stands in place of each citation."""
    return tuple(_Reader(markdown, cite).read(iter(_build_parser().parse(markdown)), ""))


def find_citations(markdown: str) -> tuple[WrittenCitation, ...]:
    """Find the citations in the order in which they stand; what is in code is none."""
    found: list[WrittenCitation] = []

    def collect(citation: WrittenCitation) -> Run:
        found.append(citation)
        return Run(citation.cited)

    parse_prose(markdown, collect)
    return tuple(found)


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    parser.inline.ruler.before("link", "citation", _read_citation)
    return parser


def _read_citation(state: StateInline, silent: bool) -> bool:
    found = _CITATION.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content, token.meta = found[1].strip(), {"at": state.pos, "raw": found[0]}
    state.pos = found.end()
    return True


@dataclass
class _Reader:
    """Walks the tokens of one text."""

    markdown: str
    cite: Cite
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = re.split("\r\n|\n|\r", self.markdown)

    def read(self, tokens: Iterator[Token], end: str) -> Iterator[Block]:
        """Read blocks until the token *end*."""
        for token in tokens:
            match token.type:
                case kind if kind == end:
                    return
                case "heading_open":
                    yield Heading(int(token.tag[1:]), self._read_runs(tokens))
                case "paragraph_open":
                    yield Paragraph(self._read_runs(tokens))
                case "blockquote_open":
                    yield Quote(tuple(self.read(tokens, "blockquote_close")))
                case "bullet_list_open" | "ordered_list_open":
                    yield self._read_items(tokens, token.type.replace("open", "close"))
                case "fence" | "code_block":
                    yield Code(token.content.rstrip("\n"))
                case "hr":
                    yield Rule()

    def _read_items(self, tokens: Iterator[Token], end: str) -> Items:
        items = []
        for token in tokens:
            if token.type == end:
                break
            items.append(tuple(self.read(tokens, "list_item_close")))
        return Items(tuple(items), ordered=end.startswith("ordered"))

    def _read_runs(self, tokens: Iterator[Token]) -> Runs:
        inline = next(tokens)
        next(tokens)
        return tuple(self._iter_runs(inline))

    def _iter_runs(self, inline: Token) -> Iterator[Run]:
        style = Run("")
        for token in inline.children or ():
            match token.type:
                case "citation":
                    yield self.cite(self._locate(token, inline))
                case "text" | "text_special" if token.content:
                    yield replace(style, text=token.content)
                case "code_inline":
                    yield replace(style, text=token.content, code=True)
                case "softbreak" | "hardbreak":
                    yield replace(style, text=" " if token.type == "softbreak" else "\n")
                case "link_open":
                    href = str(token.attrGet("href") or "")
                    style = replace(style, href=href if is_web_address(href) else "")
                case "link_close":
                    style = replace(style, href="")
                case kind if kind in _MARKS:
                    style = replace(style, **dict([_MARKS[kind]]))  # type: ignore[arg-type]  # the names are those of Run

    def _locate(self, token: Token, inline: Token) -> WrittenCitation:
        """Find the same occurrence of the same characters in the lines that the block came from."""
        before = inline.content[: token.meta["at"]]
        raw: str = token.meta["raw"]
        first = (inline.map or [0])[0] + before.count("\n")
        earlier = before.rpartition("\n")[2].count(raw)
        line = next((number for number in range(first, len(self.lines)) if raw in self.lines[number]), first)
        return WrittenCitation(token.content, line + 1, _find_nth(self.lines[line], raw, earlier) + 1)


def _find_nth(line: str, raw: str, earlier: int) -> int:
    at = line.find(raw)
    for _ in range(earlier):
        at = line.find(raw, at + 1)
    return max(at, 0)


def join_text(runs: Sequence[Run]) -> str:
    """Return what the runs say, without their form."""
    return "".join(run.text for run in runs)
