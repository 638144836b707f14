"""``sankofa verdict``: what is concluded, by whom, on what evidence."""

from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import add_command, make_app
from sankofa.cli.session import Session
from sankofa.cli.shapes import shape_verdict
from sankofa.cli.values import parse_checked, parse_day, parse_language, parse_rated, split_revision
from sankofa.cli.verdict_acts import add_acts, say_next
from sankofa.cli.verdict_show import iter_lines, show

if TYPE_CHECKING:
    from sankofa.desk import Desk
    from sankofa.workflows.verdicts import Written

_DRAFT = """
sankofa --as awa.diarra verdict draft C-2023-0007 --rating false --explanation 'The bunker is in Gaza.' \\
    --language en --source https://example.org/original --archived https://archive.example/1 --check 'when=14 April 2009'
sankofa --as awa.diarra verdict draft C-2023-0007 --scale africa-check --rating Incorrect
sankofa --as awa.diarra verdict draft V-2023-0004 --note 'The mayor says that he was not there.'
"""
_CORRECT = """
sankofa --as awa.diarra verdict correct V-2023-0004 --rating misleading --reason 'new source' --source https://example.org/2
"""
_SHOW = """
sankofa verdict show V-2023-0004        # the newest revision, and its history
sankofa verdict show V-2023-0004.3      # exactly this revision
"""

Rating = Annotated[
    str,
    typer.Option(
        help="On our scale: true, mostly_true, mixed, misleading, missing_context, exaggerated, understated, unproven, "
        "mostly_false, false, fabricated, satire, not_a_claim; or a label of --scale."
    ),
]
Scale = Annotated[str, typer.Option(help="The scale that the rating is of, as africa-check; ours when left out.")]
Words = Annotated[
    str, typer.Option("--textual-rating", metavar="WORDS", help="In your own words, printed as they are.")
]
Explanation = Annotated[str, typer.Option(metavar="TEXT", help="Why, in a few sentences.")]
Language = Annotated[str | None, typer.Option(help="The language of the explanation; yours when left out.")]
Source = Annotated[list[str] | None, typer.Option(metavar="URL", help="A page that it rests on; may be repeated.")]
Archived = Annotated[
    list[str] | None, typer.Option(metavar="URL", help="Where the first source, then the next, is archived.")
]
Media = Annotated[list[str] | None, typer.Option(metavar="M-ID", help="A medium that it rests on; may be repeated.")]
Drop = Annotated[
    list[str] | None, typer.Option(metavar="E-ID", help="A source or note to rest on no longer; may be repeated.")
]
Note = Annotated[list[str] | None, typer.Option(metavar="TEXT", help="What else was found out; may be repeated.")]
Check = Annotated[
    list[str] | None,
    typer.Option(metavar="POINT=TEXT", help="An answer of the checklist: who, where, when, source, original, contact."),
]
Day = Annotated[str | None, typer.Option(metavar="DAY", help="The day of the conclusion; today when left out.")]


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("Verdicts: drafted by one, approved by another; corrected by a new revision, never edited.")
    add_command(group, "draft", draft, examples=_DRAFT)
    add_command(group, "add", draft, examples=_DRAFT.replace("draft", "add"))
    add_acts(group)
    add_command(group, "correct", correct, examples=_CORRECT)
    add_command(group, "show", show, examples=_SHOW)
    app.add_typer(group, name="verdict")


def draft(
    session: Session,
    on: Annotated[
        str, typer.Argument(metavar="CLAIM|MATCH|VERDICT", help="A claim or match to begin a verdict on, or a draft.")
    ],
    rating: Rating = "",
    scale: Scale = "",
    textual_rating: Words = "",
    explanation: Explanation = "",
    language: Language = None,
    source: Source = None,
    archived: Archived = None,
    media: Media = None,
    note: Note = None,
    check: Check = None,
    drop: Drop = None,
    url: Annotated[str, typer.Option(help="Where you published it.")] = "",
    date: Day = None,
) -> None:
    """Draft a verdict, or write on at a draft; needs a person (--as). It is public once another person approves it."""
    from sankofa.workflows.cases import find_claim_of
    from sankofa.workflows.verdicts import draft_verdict, redraft

    given = {"rating": rating, "scale": scale, "words": textual_rating, "explanation": explanation, "url": url}
    with session.open_desk() as desk:
        written = _read(session, desk, given, language, (source, archived, media, note, check, drop), date)
        verdict_id, seen = split_revision(on)
        if verdict_id.startswith("V-"):
            verdict = redraft(desk, verdict_id, written, seen=seen)
        else:
            verdict = draft_verdict(desk, find_claim_of(desk, on).id, written)
        session.output.answer(shape_verdict(verdict), [*iter_lines(desk, verdict), say_next(verdict)])


def correct(
    session: Session,
    verdict: Annotated[
        str, typer.Argument(metavar="V-ID[.REV]", help="The verdict; .2: if it is still at that revision.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it is corrected; readers see it. Required.")] = "",
    rating: Rating = "",
    scale: Scale = "",
    textual_rating: Words = "",
    explanation: Explanation = "",
    language: Language = None,
    source: Source = None,
    archived: Archived = None,
    media: Media = None,
    note: Note = None,
    drop: Drop = None,
    date: Day = None,
) -> None:
    """Propose a correction of a published verdict; needs a person (--as). What stood stands until another person approves."""
    from sankofa.workflows.verdicts import correct

    given = {"rating": rating, "scale": scale, "words": textual_rating, "explanation": explanation}
    with session.open_desk() as desk:
        written = _read(session, desk, given, language, (source, archived, media, note, None, drop), date)
        verdict_id, seen = split_revision(verdict)
        proposed = correct(desk, verdict_id, written, reason=reason, seen=seen)
        session.output.answer(shape_verdict(proposed), [*iter_lines(desk, proposed), say_next(proposed)])


Many = list[str] | None


def _read(
    session: Session,
    desk: "Desk",
    given: dict[str, str],
    language: str | None,
    many: tuple[Many, Many, Many, Many, Many, Many],
    date: str | None,
) -> "Written":
    """Read what was typed, before anything is kept."""
    from index.model import Wording
    from sankofa.workflows.attach import build_medium, build_note, build_page
    from sankofa.workflows.verdicts import Written

    sources, archived, media, notes, checks, dropped = (each or [] for each in many)
    if len(archived) > len(sources):
        raise typer.BadParameter("more archived copies than sources were given", param_hint="--archived")
    tag = parse_language(language or session.settings.language)
    why = given["explanation"].strip()
    rating, words = parse_rated(given["rating"], given["scale"])
    copies = [*archived, *[""] * (len(sources) - len(archived))]
    return Written(
        rating=rating,
        textual_rating=given["words"] or words,
        rating_scale_id=given["scale"],
        explanation=(Wording(tag, why),) if why else (),
        review_date=parse_day(date, "--date") if date else None,
        url=given.get("url", ""),
        checklist=tuple(parse_checked(each) for each in checks),
        evidence=(
            *(build_page(url, archived_url=copy) for url, copy in zip(sources, copies, strict=True)),
            *(build_medium(desk, media_id) for media_id in media),
            *map(build_note, notes),
        ),
        dropped=tuple(dropped),
    )
