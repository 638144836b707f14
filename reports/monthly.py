"""The month of one country: which cases belong to it, what is known of each, and what is not."""

from collections.abc import Iterator
from datetime import UTC, datetime

from index.dates import zone_of
from index.model import Event
from index.store import Store
from index.vault import Vault
from reports.balance import build_balance
from reports.cases import CaseWriter
from reports.citations import Source, Statement, cite_revision
from reports.citing import resolve_citations
from reports.content import Case, Gap, MonthlyReport
from reports.corrections import find_since_last
from reports.counts import build_counts
from reports.gaps import iter_case_gaps, iter_copy_gaps, iter_date_gaps, iter_fetch_gaps
from reports.i18n import Translator
from reports.media import Album
from reports.method import MethodWriter
from reports.period import Month, parse_country
from reports.pseudonyms import Hiding, Pseudonyms
from reports.records import CaseRecords, ClaimsOfMonth, read_case_records, read_claims
from reports.reuse import find_reused
from verify.sandbox.decoder import MediaDecoder

__all__ = ["MonthlyReport", "build_monthly"]


def build_monthly(
    store: Store,
    vault: Vault,
    decoder: MediaDecoder,
    *,
    country: str,
    month: str,
    language: str,
    now: datetime,
    built_by: str,
    text: str = "",
    show_sensitive: bool = False,
    hiding: Hiding | None = None,
) -> MonthlyReport:
    """Build the report of *month* (``2023-11``) for *country* as the store stands now, with the editor's *text* (Markdown).

    Nothing is read but the three ports; the same contents and the same *now* give the same report. A month without cases
    gives a report that says so. Media that are hard to look at are blurred unless *show_sensitive*;
    accounts that are not public have pseudonyms where *hiding* is given.

    Raises:
        CountryUnknownError, MonthUnknownError, LanguageUnknownError
        CitationRefusedError: The text cites what cannot be cited.
        StoreUnavailableError, VaultUnavailableError
    """
    code, period = parse_country(country), Month.parse(month)
    translator = Translator(language, zone=zone_of(code))
    report_id = f"R-{code}-{period}-{language}"
    cited = resolve_citations(store, text, translator)
    claims = read_claims(store, code, period)
    records = read_case_records(store, claims.chosen)
    album = Album(vault, decoder, records, translator, show_sensitive=show_sensitive)
    pseudonyms = _draw_pseudonyms(store, records, hiding, f"{code}-{period}", translator)
    writer = CaseWriter(translator, records, album, code, pseudonyms.hide_line)
    cases = tuple(writer.build_case(case) for case in claims.chosen)
    reused = find_reused(cases, zone_of(code))
    method = MethodWriter(translator, writer.sources, code, report_id).iter_statements(
        has_cases=bool(cases), hidden=pseudonyms.count
    )
    starts_at, ends_at = period.bounds(code)
    report = MonthlyReport(
        id=report_id,
        country=code,
        month=str(period),
        language=language,
        time_zone=zone_of(code),
        starts_at=starts_at.astimezone(UTC),
        ends_at=ends_at.astimezone(UTC),
        built_at=now.astimezone(UTC),
        built_by=built_by,
        demo=_is_demo(store, claims, code),
        nothing_logged=None if cases else _say_nothing(claims, translator, report_id),
        counts=build_counts(cases, reused, translator, report_id) if cases else (),
        balance=build_balance(cases),
        reused=reused,
        cases=cases,
        corrections=find_since_last(store, report_id, code, str(period), translator),
        gaps=(
            *_find_gaps(cases, claims, records, period, code, translator, writer.sources.sources()),
            *album.gaps,
        ),
        method=tuple(method),
        sources=writer.sources.sources(),
        text=text,
        cited=cited,
    )
    return pseudonyms.hide(report)


def _draw_pseudonyms(
    store: Store, records: CaseRecords, hiding: Hiding | None, month: str, translator: Translator
) -> Pseudonyms:
    """Draw them for every post that the cases lead to, be it that no line shows it."""
    followed = [account for event in store.iter_records(Event) for account in event.accounts]
    pseudonyms = Pseudonyms(hiding, followed, month=month, word=translator.gettext("account"))
    for post in records.posts.values():
        pseudonyms.take(post.platform, post.author, post.author_name, post.url)
    return pseudonyms


def _find_gaps(
    cases: tuple[Case, ...],
    claims: ClaimsOfMonth,
    records: CaseRecords,
    month: Month,
    country: str,
    translator: Translator,
    sources: tuple[Source, ...],
) -> Iterator[Gap]:
    yield from iter_case_gaps(cases, translator)
    yield from iter_date_gaps(claims.imprecise, translator)
    yield from iter_fetch_gaps(records, month, country, translator)
    cited = {source.id for source in sources}
    yield from iter_copy_gaps([item for item in records.evidence.values() if item.id in cited], translator)


def _is_demo(store: Store, claims: ClaimsOfMonth, country: str) -> bool:
    """Tell whether the report rests on the demonstration's data, be it that its events hold nothing for this month."""
    if claims.chosen:
        return any(case.claim.demo for case in claims.chosen)
    events = store.find_linked(Event, "demo", ["yes"])
    return any(claim.demo for claim in claims.all_claims) or any(country in event.countries for event in events)


def _say_nothing(claims: ClaimsOfMonth, translator: Translator, report_id: str) -> Statement:
    text = translator.gettext(
        "Nothing was logged for this country in this month. That does not mean that nothing circulated: only what was"
        " collected or entered here is known here."
    )
    logged = tuple(cite_revision(claim) for claim in claims.all_claims)
    if logged:
        text += " " + translator.ngettext(
            "In other months %(num)s claim is logged for it.",
            "In other months %(num)s claims are logged for it.",
            len(logged),
        )
    return Statement(text, (report_id, *logged))
