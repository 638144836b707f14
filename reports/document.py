"""What a report says as a sequence of blocks, for formats that are laid out (PDF, DOCX): the same words as in the HTML.

Pictures stand where they are, drawings come before their tables, and a citation leads to the block that has its anchor.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reports.bidi import isolate, remove_controls
from reports.blocks import (
    Block,
    Chart,
    Code,
    Heading,
    Items,
    Paragraph,
    Picture,
    Pictures,
    QrCode,
    Run,
    Runs,
    Table,
)
from reports.citations import Source, Statement
from reports.citing import parse_report_text
from reports.content import (
    Case,
    CitedVerdict,
    Comparison,
    LogProof,
    MediumEntry,
    MediumUse,
    MonthlyReport,
    ReusedMedium,
    ShortLink,
    Spread,
    VerdictEntry,
)
from reports.figures import build_figures
from reports.filters import is_web_address
from reports.i18n import Translator
from reports.logged import say_log
from reports.short_links import draw_png, draw_svg


@dataclass(frozen=True)
class Document:
    """A report as blocks. ``title`` is what the document is called; ``direction`` is ``ltr`` or ``rtl``."""

    title: str
    language: str
    direction: str
    blocks: tuple[Block, ...]


def build_document(report: MonthlyReport) -> Document:
    """Build the blocks of a report."""
    writer = _Writer(report)
    return Document(writer.title, report.language, writer.words.direction, tuple(writer.write()))


class _Writer:
    def __init__(self, report: MonthlyReport) -> None:
        self._report = report
        self.words = Translator(report.language, zone=report.time_zone)
        self._numbers = {source.id: source.number for source in report.sources}
        self._placed: set[str] = set()
        self.title = f"{self.words.country(report.country)} · {self.words.date(report.month)}"

    def write(self) -> Iterator[Block]:
        tell, report = self.words.gettext, self._report
        if report.demo:
            warning = tell(
                "The claims retell published fact-checks in our own words; posts, accounts and pictures are stand-ins."
            )
            yield Paragraph((Run(tell("Demonstration data."), strong=True), Run(f" {warning}")))
        yield Heading(1, (Run(self.title),), report.id)
        yield Paragraph((Run(f"{tell('Monthly report')} · "), Run(report.id, code=True)))
        on = self.words.moment(report.built_at)
        yield Paragraph((Run(tell("Frozen %(on)s by %(by)s.", on=on, by=isolate(report.built_by))),))
        yield from _shift(parse_report_text(report))
        if report.nothing_logged:
            yield Paragraph(self._say(report.nothing_logged))
        yield from self._section("The month in figures", self._write_figures())
        yield from self._section("Cases", (block for case in report.cases for block in self._write_case(case)))
        yield from self._section(
            "Corrections since the last report", self._list(each.statement for each in report.corrections)
        )
        yield from self._section("What could not be checked", self._list(gap.statement for gap in report.gaps))
        yield from self._section("Method", (Paragraph(self._say(each)) for each in report.method))
        cited = tuple(tuple(self._write_cited(verdict)) for verdict in report.cited)
        yield from self._section("Verdicts that the text cites", (Items(cited, ordered=True),) if cited else ())
        sources = tuple((self._write_source(source),) for source in report.sources)
        yield from self._section("Sources", (Items(sources, ordered=True),) if sources else ())
        yield from self._section("How to prove this report", self._write_log())

    def _section(self, title: str, blocks: Iterable[Block]) -> Iterator[Block]:
        content = tuple(blocks)
        if content:
            yield Heading(2, (Run(self.words.gettext(title)),))
            yield from content

    def _write_log(self) -> Iterator[Block]:
        tell, log = self.words.gettext, self._report.log
        if log is not None:
            yield Paragraph(_runs(say_log(self.words, log)))
            yield Code(log.checkpoint.rstrip("\n"))
            fingerprint = (Run(log.key_sha256, code=True),)
            yield Paragraph((Run(tell("SHA-256 of the key that signed it:") + " "), *fingerprint))
            yield Paragraph(
                _runs(
                    tell(
                        "Its file in JSON holds the entry of every verdict whole, with the hashes that lead from it to the"
                        " checkpoint."
                    )
                )
            )

    def _write_figures(self) -> Iterator[Block]:
        tell = self.words.gettext
        for figure in build_figures(self._report, self.words):
            if figure.bars:
                yield Chart(figure.bars, figure.caption)
            rows = tuple((_runs(each.label), _runs(self.words.number(each.value))) for each in figure.counts)
            caption = "" if figure.bars else figure.caption
            yield Table(caption, (tell("What was counted"), tell("Number")), rows, numbers=(1,))
        for place, medium in enumerate(self._report.reused, start=1):
            yield from self._write_reused(place, medium)
        yield from self._write_balance()

    def _write_reused(self, place: int, medium: ReusedMedium) -> Iterator[Block]:
        tell = self.words.gettext
        title = tell("Used again, %(place)s", place=self.words.number(place))
        yield Heading(3, (Run(f"{title} · "), Run(medium.media_id, code=True)))
        yield Pictures(tuple(replace(self._show(entry), caption=()) for entry in medium.pictures), small=True)
        rows = tuple(
            (
                _runs(self._date(use.appeared_on)),
                _runs(tell("Known earlier") if use.role == "known" else tell("Later use")),
                self._name_account(use),
                (_link(use.url),),
                _runs(" ".join(use.claim_ids)),
            )
            for use in medium.uses
        )
        yield Table("", (tell("Date"), tell("Use"), tell("Account"), tell("Address"), tell("Cases")), rows)

    def _write_balance(self) -> Iterator[Block]:
        tell, number = self.words.gettext, self.words.number
        head = (
            tell("Stated by"),
            tell("Cases"),
            tell("Rated true"),
            tell("Rated partly true or misleading"),
            tell("Rated false"),
            tell("Open or not rated"),
        )
        rows = tuple(
            (
                (_word(row.claimant or tell("not known")),),
                *(_runs(number(value)) for value in (row.cases, row.true, row.partly, row.false, row.open)),
            )
            for row in self._report.balance
        )
        if rows:
            yield Table(tell("Whose claims were checked"), head, rows, numbers=(1, 2, 3, 4, 5))

    def _write_case(self, case: Case) -> Iterator[Block]:
        tell = self.words.gettext
        yield Heading(3, (_word(case.wording.text, case.wording.language),), self._place(case.cited_as))
        yield Paragraph(self._cite(case.cites))
        yield from self._list(reason.statement for reason in case.reasons)
        for name, value in self._iter_facts(case):
            yield Paragraph((Run(f"{self.words.label(name)} ", strong=True), *value))
        for statement in (*case.about, *case.disagreements):
            yield Paragraph(self._say(statement))
        yield Heading(4, (Run(tell("Verdicts")),))
        for verdict in case.verdicts:
            yield from self._write_verdict(verdict)
        if not case.verdicts:
            yield Paragraph(_runs(tell("No organisation has published a verdict that is known here.")))
        if case.comparisons or case.media:
            yield Heading(4, (Run(tell("Pictures and videos")),))
        for pair in case.comparisons:
            yield from self._write_pair(pair)
        yield from self._list(case.further_matches)
        for entry in case.media:
            yield Pictures((self._show(entry),))
        if case.spread:
            yield self._write_spread(case.spread)

    def _iter_facts(self, case: Case) -> Iterator[tuple[str, Runs]]:
        tell = self.words.gettext
        if case.claimant:
            yield tell("Stated by"), (_word(case.claimant),)
        for narrative in case.narratives:
            yield tell("Narrative"), (_word(f"{narrative.name} "), Run(narrative.id, code=True))
        if case.actors:
            yield tell("Whom it names"), _runs(" · ".join(isolate(actor.name) for actor in case.actors))
        yield tell("First appeared"), _runs(self._date(case.first_appeared_on))
        yield tell("Countries"), _runs(self.words.enumerate([self.words.country(code) for code in case.countries]))
        for other in case.other_wordings:
            name = tell("In %(language)s", language=self.words.language_name(other.language))
            yield name, (_word(other.text, other.language),)

    def _write_verdict(self, verdict: VerdictEntry) -> Iterator[Block]:
        tell = self.words.gettext
        yield Paragraph((*self._say(verdict.statement), *self._prove(verdict.logged)), self._place(verdict.id))
        if verdict.reason and verdict.status in ("corrected", "withdrawn", "suppressed"):
            yield Paragraph((Run(tell("Reason for the change:") + " ", strong=True), _word(verdict.reason)))
        for explanation in verdict.explanations:
            yield Paragraph((_word(explanation.text, explanation.language),))
        for finding in verdict.media_findings:
            yield Paragraph(self._say(finding.statement))
        if verdict.url:
            yield Paragraph((_link(verdict.url),))
        yield from self._draw_link(verdict.link)
        yield from self._list(earlier.statement for earlier in verdict.earlier)

    def _write_pair(self, pair: Comparison) -> Iterator[Block]:
        yield Pictures((self._show(pair.known), self._show(pair.use)))
        state = (Run(self.words.status(pair.status) + " · ", strong=True),) if pair.status else ()
        yield Paragraph((*state, Run(f"{pair.done}. " if pair.done else ""), *self._say(pair.statement)))

    def _show(self, entry: MediumEntry) -> Picture:
        date = self.words.date(entry.appeared_on) if entry.appeared_on else ""
        caption = " · ".join(each for each in (isolate(entry.caption) if entry.caption else "", date) if each)
        runs = (Run(caption + (" · " if caption else "")), Run(entry.media_id, code=True))
        width, height = entry.thumbnail_size
        return Picture(entry.thumbnail, remove_controls(entry.alt), runs, width, height, entry.missing)

    def _write_spread(self, spread: tuple[Spread, ...]) -> Table:
        tell = self.words.gettext
        rows = tuple(
            (
                _runs(self._date(line.appeared_on)),
                self._name_account(line),
                (_link(line.url),),
            )
            for line in spread
        )
        return Table(tell("Where it was seen"), (tell("Date"), tell("Account"), tell("Address")), rows)

    def _date(self, on: str | None) -> str:
        return self.words.date(on) if on else self.words.gettext("not known")

    def _name_account(self, line: Spread | MediumUse) -> Runs:
        platform = self.words.platform(line.platform)
        return (Run(f"{platform} "), _word(line.account)) if line.account else _runs(platform)

    def _write_cited(self, verdict: CitedVerdict) -> Iterator[Block]:
        head = (
            Run(verdict.id, code=True),
            Run(" · "),
            _word(verdict.wording.text, verdict.wording.language),
            Run(" · "),
            *self._say(verdict.statement),
        )
        on = (Run(" " + self.words.date(verdict.on)),) if verdict.on else ()
        address = (Run(" · "), _link(verdict.url)) if verdict.url else ()
        yield Paragraph((*head, *on, *address, *self._prove(verdict.logged)), f"cited-{verdict.number}")
        yield from self._draw_link(verdict.link)
        if verdict.evidence:
            yield Items(tuple((self._write_source(source, anchored=False),) for source in verdict.evidence))

    def _write_source(self, source: Source, *, anchored: bool = True) -> Paragraph:
        runs: list[Run] = []
        for part in (source.title, source.publisher):
            if part and part != source.url:
                runs += [_word(part), Run(" · ")]
        if source.published_on:
            runs.append(Run(self.words.date(source.published_on) + " · "))
        if source.url:
            runs.append(_link(source.url))
        if source.archived_url:
            runs += [Run(" · " + self.words.gettext("archived copy:") + " "), _link(source.archived_url)]
        if source.sha256:
            runs += [Run(" · SHA-256 "), Run(source.sha256, code=True)]
        return Paragraph(tuple(runs), f"source-{source.number}" if anchored else "")

    def _list(self, statements: Iterable[Statement]) -> Iterator[Block]:
        items = tuple((Paragraph(self._say(statement)),) for statement in statements)
        if items:
            yield Items(items)

    def _say(self, statement: Statement) -> Runs:
        return (Run(statement.text + " "), *self._cite(statement.cites))

    def _cite(self, cites: tuple[str, ...]) -> Runs:
        shown = []
        for cite in cites[:_MAX_SHOWN_CITES]:
            number = self._numbers.get(cite)
            shown.append(Run(f"[{number}]", href=f"#source-{number}") if number else Run(isolate(cite), code=True))
            shown.append(Run(" "))
        more = len(cites) - _MAX_SHOWN_CITES
        if more > 0:
            shown.append(Run(self.words.ngettext("and %(num)s more", "and %(num)s more", more)))
        return tuple(shown)

    def _prove(self, logged: LogProof | None) -> Runs:
        if logged is None:
            return ()
        return (Run(" · " + self.words.logged(logged.number, logged.digest, len(logged.path))),)

    def _draw_link(self, link: ShortLink | None) -> Iterator[Block]:
        if link is not None:
            alt = self.words.gettext("QR code of %(address)s", address=link.url)
            yield QrCode(draw_svg(link), draw_png(link), link.url, alt)

    def _place(self, anchor: str) -> str:
        """An anchor stands once in a document."""
        if anchor in self._placed:
            return ""
        self._placed.add(anchor)
        return anchor


_MAX_SHOWN_CITES = 8


def _shift(blocks: Iterable[Block]) -> Iterator[Block]:
    """Put the headings of the editor's text below the report's own, without leaving out a level."""
    above = 1
    for block in blocks:
        if isinstance(block, Heading):
            above = min(block.level + 1, above + 1)
            yield Heading(above, block.runs)
        else:
            yield block


def _runs(text: str) -> Runs:
    return (Run(text),)


def _word(text: str, language: str = "") -> Run:
    """Text from elsewhere, which keeps its direction."""
    return Run(isolate(text), language="" if language == "und" else language)


def _link(url: str) -> Run:
    shown = remove_controls(url)
    return Run(shown, code=True, href=shown if is_web_address(shown) else "")
