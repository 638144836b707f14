"""A small case for the pages: posts with pictures, matches, claims in three languages, verdicts with history, people."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from shutil import copyfile
from typing import ClassVar
from urllib.parse import quote_plus

from PIL import Image

from crawlers.errors import AddressForbiddenError
from crawlers.source import CollectRequest
from index.identifiers import name_medium
from index.model import (
    Checked,
    Claim,
    ClaimMatch,
    ClaimMedia,
    ClaimReview,
    Event,
    Evidence,
    Match,
    MediaReview,
    Verdict,
    Wording,
)
from index.ratings import AuthenticityCategory, Rating
from sankofa.desk import Desk
from sankofa.workflows.ingest import keep_batch
from sankofa.workflows.judge import add_claim, add_person, judge_match
from sankofa.workflows.known import add_known
from sankofa.workflows.publish import freeze_report
from sankofa.workflows.reviews import attach_review
from sankofa.workflows.verdicts import Written, approve, correct, draft_verdict, submit
from tests.pictures import draw_picture, mirror, save_picture
from tests.sankofa.desks import ClosedWorld, ListSource, collected, open_test_desk

PERSON, COLLEAGUE = "awa.diarra", "ines.keita"
WORDINGS = (
    Wording("fr", "Ces photos montrent les tunnels des groupes armés à Kidal"),
    Wording("en", "These photographs show tunnels of armed groups in Kidal"),
    Wording("ar", "تظهر هذه الصور أنفاق الجماعات المسلحة في كيدال"),
)
PASTED = "Ces photos montrent bien les tunnels des groupes armés à Kidal, partagez avant que ce soit effacé"
STRANGE = "Le prix du sac de riz a doublé en une semaine au marché de la ville"


class SmallWorld(ClosedWorld):
    """Addresses that hold files, without a network."""

    def __init__(self, addresses: dict[str, Path]) -> None:
        self._addresses = addresses

    def fetch_file(self, url: str, folder: Path) -> Path:
        if url not in self._addresses:
            raise AddressForbiddenError(url, "it leads to a private address")
        return Path(copyfile(self._addresses[url], folder / "fetched"))


@dataclass(frozen=True, kw_only=True)
class Case:
    """A desk with something in it, and the names by which pages find it."""

    desk: Desk
    known: str
    used: str
    waiting: str
    judged: str
    claim: str
    bare_claim: str
    verdict: str
    external_verdict: str
    review: str
    report: str
    refused_medium: str
    post: str
    claim_match: str
    files: dict[str, Path]
    checks: ClassVar[dict[str, str]] = {
        "check-known": "copy",
        "check-same": "known",
        "check-unknown": "stranger",
        "check-refused": "garbage",
    }
    address: ClassVar[str] = "https://media.example/known.jpg"

    @property
    def states(self) -> list[str]:
        """The names of all pages and of the answers of a check."""
        return [*self.pages, *self.checks]

    @property
    def pages(self) -> dict[str, str]:
        """Every page with content, by a name for its picture."""
        return {
            "home": "/",
            "search-all": "/search",
            "search": "/search?q=tunnels+Kidal",
            "search-arabic": "/search?q=أنفاق+كيدال",
            "search-nothing": "/search?q=zzz&country=ML",
            "search-pasted": f"/search?q={quote_plus(PASTED)}",
            "search-pasted-unknown": f"/search?q={quote_plus(STRANGE)}",
            "check": "/check",
            "claim": f"/claims/{self.claim}",
            "claim-bare": f"/claims/{self.bare_claim}",
            "medium-known": f"/media/{self.known}",
            "medium-used": f"/media/{self.used}",
            "medium-refused": f"/media/{self.refused_medium}",
            "inbox": "/inbox",
            "match": f"/matches/{self.waiting}",
            "match-judged": f"/matches/{self.judged}",
            "post": f"/posts/{self.post}",
            "claim-match": f"/claim-matches/{self.claim_match}",
            "verdict": f"/verdicts/{self.verdict}",
            "verdict-old": f"/verdicts/{self.verdict}.3",
            "verdict-external": f"/verdicts/{self.external_verdict}",
            "verdict-draft": f"/claims/{self.bare_claim}/draft",
            "verdict-review": f"/verdicts/{self.review}",
            "verdicts": "/verdicts",
            "reports": "/reports",
            "report": f"/reports/{self.report}",
            "person": "/person?back=/inbox",
            "language": "/language",
            "unknown": "/claims/C-1999-0001",
        }


def build_case(folder: Path, *, demo: bool = True) -> Case:
    """Fill a desk through the workflows, as people and crawlers do."""
    files = draw_files(folder)
    world = SmallWorld({Case.address: files["known"], "https://media.example/text": files["garbage"]})
    desk = replace(open_test_desk(folder), outside=world)
    add_person(desk, PERSON, name="Awa Diarra", organisation="Le Jalon", roles=("checker",))
    add_person(desk, COLLEAGUE, name="Inès Keïta", organisation="Le Jalon", roles=("checker", "editor"))
    desk = replace(desk, person_id=PERSON)
    names = (Wording("fr", "Tunnels de Kidal"), Wording("ar", "أنفاق كيدال"))
    event = Event(id="kidal-tunnels-2023", names=names, countries=("ML",), demo=demo)
    event = desk.store.revise(event, expected_revision=0)
    collect_files(desk, files, event)
    shown, original = name_of(files["used"]), name_of(files["known"])
    judged = judge_first(desk, shown)
    claim, verdict = conclude(desk, event, shown, original)
    bare = add_claim(desk, Claim(id="", wordings=(Wording("fr", "Une colonne a quitté Gao dans la nuit"),)))
    why = (Wording("fr", "Rien ne montre qu'une colonne a quitté Gao."),)
    checked = (Checked("when", "Une capture d'écran sans date"),)
    written = Written(rating=Rating.UNPROVEN, textual_rating="Non prouvé", explanation=why, checklist=checked)
    review = submit(desk, draft_verdict(desk, bare.id, written).id)
    report = freeze_report(desk, country="ML", month="2023-11", language="fr").record
    waiting = desk.store.find_linked(Match, "status", ["suggested"])[0]
    suggested = desk.store.find_linked(ClaimMatch, "claim", [claim.id])[0]
    return Case(
        desk=replace(desk, person_id=""),
        known=original,
        used=shown,
        waiting=waiting.id,
        judged=judged.id,
        claim=claim.id,
        bare_claim=bare.id,
        verdict=verdict.id,
        external_verdict=attach(desk, claim).id,
        review=review.id,
        report=report.id,
        refused_medium=name_of(files["garbage"]),
        post=suggested.post_id,
        claim_match=suggested.id,
        files=files,
    )


def draw_files(folder: Path) -> dict[str, Path]:
    """Draw two known pictures, an altered copy of each, a stranger, and something that is no picture."""
    tunnel, rafah = draw_picture(7, (800, 600)), draw_picture(8, (800, 600))
    garbage = folder / "notes.jpg"
    garbage.write_bytes(b"\xff\xd8\xff\xe0 this is no picture")
    return {
        "known": save_picture(folder, "known.jpg", tunnel),
        "used": save_picture(folder, "used.jpg", mirror(tunnel), quality=60),
        "second": save_picture(folder, "second.jpg", rafah),
        "banner": save_picture(folder, "banner.jpg", add_banner(rafah)),
        "copy": save_picture(folder, "copy.jpg", mirror(tunnel), quality=40),
        "stranger": save_picture(folder, "stranger.jpg", draw_picture(99)),
        "garbage": garbage,
    }


def add_banner(picture: Image.Image) -> Image.Image:
    """Put a plain caption bar above a picture, as re-posts do."""
    higher = Image.new("RGB", (picture.width, picture.height + 120), "white")
    higher.paste(picture, (0, 120))
    return higher


def name_of(path: Path) -> str:
    """Name a file as the vault does."""
    return name_medium(hashlib.sha256(path.read_bytes()).hexdigest())


def collect_files(desk: Desk, files: dict[str, Path], event: Event) -> None:
    """Make the originals known, and collect posts that use the others."""
    tunnel = "Tunnel under a house near Nineveh, photographed in December 2016"
    add_known(desk, files["known"], source_url="https://archive.example/2016/1", published_on="2016-12", caption=tunnel)
    add_known(
        desk, files["second"], source_url="https://archive.example/2009/1", published_on="2009-04-14", caption="Rafah"
    )
    posts = [
        collected(name, files[name], text=f"Les tunnels de Kidal ({name})") for name in ("used", "banner", "garbage")
    ]
    source = ListSource(posts)
    for batch in source.iter_batches(CollectRequest(), ""):
        keep_batch(desk, source, batch, event)


def judge_first(desk: Desk, media_id: str) -> Match:
    """Confirm the match of this medium."""
    match = desk.store.find_linked(Match, "subject", [media_id])[0]
    return judge_match(desk, match.id, "confirmed", reason="same beams, same crack")


def conclude(desk: Desk, event: Event, shown: str, original: str) -> tuple[Claim, Verdict]:
    """State the claim and give the desk's verdict, corrected once."""
    evidence = Evidence(
        id="E-0001", title="Archive of the photographer", url="https://archive.example/2016/1", publisher="Archive"
    )
    desk.store.add([evidence])
    claim = add_claim(
        desk,
        Claim(
            id="",
            wordings=WORDINGS,
            claimant="@compte-1",
            first_appeared_on="2023-11-14",
            countries=("ML",),
            event_ids=(event.id,),
            media=(ClaimMedia(shown, "shown"), ClaimMedia(original, "original")),
            evidence_ids=(evidence.id,),
            external_ids=("https://checks.example/kidal",),
            demo=event.demo,
        ),
    )
    written = Written(
        rating=Rating.MISLEADING,
        textual_rating="Trompeur",
        explanation=(
            Wording("fr", "La photo montre un tunnel près de Ninive, publiée en décembre 2016."),
            Wording("en", "The photograph shows a tunnel near Nineveh, published in December 2016."),
            Wording("ar", "تظهر الصورة نفقًا قرب نينوى نُشرت في كانون الأول 2016."),
        ),
        media_reviews=(
            MediaReview(
                categories=(AuthenticityCategory.DECONTEXTUALIZED,), media_id=shown, original_media_id=original
            ),
        ),
        evidence=(evidence,),
    )
    colleague = replace(desk, person_id=COLLEAGUE)
    draft = submit(desk, draft_verdict(desk, claim.id, written).id)
    first = approve(colleague, draft.id)
    said = Written(rating=Rating.FALSE, textual_rating="Faux")
    correct(desk, first.id, said, reason="the place was found")
    corrected = approve(colleague, first.id)
    return claim, corrected


def attach(desk: Desk, claim: Claim) -> Verdict:
    """Put another organisation's published check beside the claim."""
    review = ClaimReview(
        id="CR-0001",
        publisher="Checks Example",
        publisher_site="checks.example",
        url="https://checks.example/kidal",
        claim_reviewed=WORDINGS[1].text,
        textual_rating="Out of context",
        language="en",
        review_date=date(2023, 11, 17),
    )
    return attach_review(desk, review, {}, claim=desk.store.get(Claim, claim.id))
