"""``sankofa media``: known earlier media, and those that show nothing by themselves."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sankofa.cli.options import add_command, make_app
from sankofa.cli.session import Session
from sankofa.cli.shapes import (
    shape_appearance,
    shape_claim_found,
    shape_file_facts,
    shape_match,
    shape_negative_change,
)
from sankofa.cli.values import parse_partial
from sankofa.cli.words import (
    count,
    iter_claim_lines,
    iter_fact_lines,
    iter_field_lines,
    iter_negative_lines,
    say_appearance,
    say_match,
)

if TYPE_CHECKING:
    from concurrent.futures import Future

    from sankofa.desk import Desk
    from sankofa.workflows.media import KeptMedium

_ADD = """
sankofa media add aguelhoc.jpg --source-url https://example.org/2003/photo --published-at 2003-12-13
sankofa media add archive/ --caption 'Rafah, photographs of our own'
"""
_SHOW = """
sankofa media show M-4XTS-9QK2-7ZPA-0VRE
sankofa media show M-4XTS-9QK2-7ZPA-0VRE M-0F3K-11AA-QW5T-9XYZ --json
"""
_NEGATIVE = """
sankofa --as awa.diarra media negative mali.png --label 'flag of Mali'
sankofa --as awa.diarra media negative M-4XTS-9QK2-7ZPA-0VRE --undo --reason 'a photograph of its own after all'
"""
_SENSITIVE = """
sankofa --as awa.diarra media sensitive M-4XTS-9QK2-7ZPA-0VRE --label 'a dead person'
sankofa --as awa.diarra media sensitive M-4XTS-9QK2-7ZPA-0VRE --undo
"""


def register(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    group = make_app("Known earlier media: add what you know the origin of, and look at what is kept.")
    add_command(group, "add", add, examples=_ADD)
    add_command(group, "show", show, examples=_SHOW)
    add_command(group, "negative", negative, examples=_NEGATIVE)
    add_command(group, "sensitive", sensitive, examples=_SENSITIVE)
    app.add_typer(group, name="media")


def add(
    session: Session,
    inputs: Annotated[
        list[Path], typer.Argument(metavar="FILE|FOLDER", help="Pictures and videos; folders to the bottom.")
    ],
    source_url: Annotated[str, typer.Option(metavar="URL", help="Where it was published first.")] = "",
    published_at: Annotated[
        str | None, typer.Option(metavar="DATE", help="When: 2016, 2016-12, 2003-12-13 or a moment.")
    ] = None,
    caption: Annotated[str, typer.Option(metavar="TEXT", help="What it shows, and how you know.")] = "",
) -> None:
    """Make pictures and videos known: what you add here is found again by check and while collecting."""
    published = parse_partial(published_at, "--published-at") if published_at else None
    from sankofa.workflows.files import iter_given
    from sankofa.workflows.known import iter_added

    def complain(folder: str) -> None:
        session.complain(f"{folder}: an empty folder; there is nothing to add", kind="EmptyFolder")

    with session.open_desk() as desk, session.output.progress("Adding") as update:
        files = iter_given(map(str, inputs), complain)
        added = iter_added(desk, files, source_url=source_url, published_on=published, caption=caption)
        for number, (file, kept) in enumerate(added, start=1):
            session.answer_each([file.name], partial(_answer_added, session, added=kept), "input")
            update(number)
            session.kept = f"{count(number, 'file')} done; the same command again changes nothing of them."


def show(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="M-… or a SHA-256 in hexadecimal digits.")],
) -> None:
    """Show a medium: what it is, where it appeared, what it matches, and the claims made with it."""
    with session.open_desk() as desk:
        session.answer_each(ids, lambda given: _show(session, desk, given), "input")


def negative(
    session: Session,
    given: Annotated[
        list[str], typer.Argument(metavar="FILE|ID", help="Pictures and videos, or M-… of those that are kept.")
    ],
    label: Annotated[str, typer.Option(metavar="TEXT", help="What it is: flag of Mali, map, logo, lower third.")] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with who and when.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take it out again.")] = False,
) -> None:
    """Say that media show nothing by themselves (flags, maps, logos): suggestions that rest on them are withdrawn. Needs --as."""
    if not undo and not label.strip():
        raise typer.BadParameter("say what it is, as 'flag of Mali'", param_hint="--label")
    from index.identifiers import name_medium
    from sankofa.workflows.known import compute_sha256
    from sankofa.workflows.negative import add_negative, mark_negative, unmark_negative

    with session.open_desk() as desk:
        desk.require_person("to change the negative bank")

        def change(one: str) -> None:
            is_kept = one.startswith("M-") and not Path(one).exists()
            if undo:
                media_id = one if is_kept else name_medium(compute_sha256(Path(one)))
                changed = unmark_negative(desk, media_id, reason=reason)
            elif is_kept:
                changed = mark_negative(desk, one, label=label, reason=reason)
            else:
                changed = add_negative(desk, Path(one), label=label, reason=reason)
            answer = {"input": one, **shape_negative_change(changed), "error": None}
            session.output.answer(answer, iter_negative_lines(changed))

        session.answer_each(given, change, "input")


def sensitive(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="M-… of media that are kept.")],
    label: Annotated[str, typer.Option(metavar="TEXT", help="What is to be seen, in a few words.")] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with who and when.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
) -> None:
    """Say that media are hard to look at: pages and reports blur them, and their copies, until somebody asks. Needs --as."""
    from sankofa.workflows.sensitive import mark_sensitive, unmark_sensitive

    if not undo and not label.strip():
        raise typer.BadParameter("say what is to be seen, as 'a dead person'", param_hint="--label")
    with session.open_desk() as desk:
        desk.require_person("to mark what is hard to look at")

        def change(given: str) -> None:
            mark = (
                unmark_sensitive(desk, given, reason=reason)
                if undo
                else mark_sensitive(desk, given, label=label, reason=reason)
            )
            shape = {"input": given, "media_id": mark.id, "label": mark.label, "active": mark.active, "error": None}
            said = f"blurred from now on ({mark.label})" if mark.active else "shown again"
            session.output.answer(shape, [f"{mark.id}  {said}"])

        session.answer_each(ids, change, "input")


def _answer_added(session: Session, given: str, added: "Future[KeptMedium]") -> None:
    kept = added.result()
    item = kept.item
    shape = {
        "input": given,
        "media_id": item.id,
        "sha256": item.sha256,
        "kind": item.kind,
        "new": kept.is_new,
        "matches": [shape_match(match) for match in kept.new_matches],
        "error": kept.refusal,
    }
    if kept.refusal:
        session.refuse()
        session.output.answer(shape, [f"{given}: {item.id}  kept, but it cannot be found again: {kept.refusal}"])
        return
    lines = [f"{given}: {item.id}  {'known from now on' if kept.is_new else 'was kept before'}"]
    lines += [f"  {match.id}  {say_match(match)}" for match in kept.new_matches]
    session.output.answer(shape, lines)


def _show(session: Session, desk: "Desk", given: str) -> None:
    from index.identifiers import name_medium
    from index.model import Appearance, Match, MediaFacts, MediaItem
    from sankofa.workflows.claims import find_claims_of_media

    media_id = name_medium(given) if _is_sha256(given) else given
    item = desk.get(MediaItem, media_id)
    facts = desk.store.find_linked(MediaFacts, "media", [media_id])
    appearances = desk.store.find_linked(Appearance, "subject", [media_id])
    matches = desk.store.find_linked(Match, "media", [media_id])
    claims = find_claims_of_media(desk, [media_id])
    shape = {
        "input": given,
        "media_id": item.id,
        "sha256": item.sha256,
        "kind": item.kind,
        "media_type": item.media_type,
        "size_bytes": item.size_bytes,
        "width": facts[-1].width if facts else None,
        "height": facts[-1].height if facts else None,
        "duration_seconds": facts[-1].duration_seconds if facts else None,
        "has_audio": facts[-1].has_audio if facts else None,
        "refusal": facts[-1].refusal if facts else None,
        "refusal_reason": (facts[-1].refusal_reason or None) if facts else None,
        "text": facts[-1].text if facts else None,
        "file_facts": shape_file_facts(facts[-1]) if facts else None,
        "appearances": [shape_appearance(place) for place in appearances],
        "matches": [shape_match(match) for match in matches],
        "claims": [shape_claim_found(claim) for claim in claims],
        "error": None,
    }
    size = f"{shape['width']} × {shape['height']}" if shape["width"] else "not opened"
    lines = [f"{item.id}  {item.media_type}, {size}, {count(item.size_bytes, 'byte')}", f"  SHA-256 {item.sha256}"]
    if facts:
        lines += [f"  refused: {facts[-1].refusal}"] if facts[-1].refusal else []
        lines += [*iter_fact_lines(facts[-1], "  "), *iter_field_lines(facts[-1], "    ")]
    lines += [f"  {place.role}: {say_appearance(place)}" for place in appearances]
    lines += [f"  {match.id}  {say_match(match)}" for match in matches]
    lines += [line for claim in claims for line in iter_claim_lines(claim, "  ")]
    session.output.answer(shape, lines)


def _is_sha256(text: str) -> bool:
    return len(text) == 64 and all(digit in "0123456789abcdef" for digit in text.lower())
