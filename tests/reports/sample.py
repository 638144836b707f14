"""A small desk in memory: two organisations on one claim, a mirrored picture, a correction, and what is missing."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from index.backends.memory import MemoryStore
from index.identifiers import name_medium
from index.model import (
    Appearance,
    Capture,
    Claim,
    ClaimMedia,
    ClaimReview,
    Event,
    Evidence,
    Match,
    MatchStatus,
    MediaFacts,
    MediaItem,
    MediaReview,
    Post,
    Verdict,
    Wording,
)
from index.ratings import AuthenticityCategory, Rating
from index.store import Store
from index.vaults.folder import FolderVault
from reports.monthly import MonthlyReport, build_monthly
from reports.pseudonyms import Hiding
from verify.evidence import MediaEvidence, Transformation
from verify.sandbox.decoder import InProcessDecoder

NOW = datetime(2023, 12, 5, 9, 30, tzinfo=UTC)
CHECK_URL = "https://fasocheck.example/faux-tunnel"


def build_picture(seed: int, *, mirrored: bool = False, size: tuple[int, int] = (320, 200)) -> bytes:
    """A smooth random landscape as JPEG, with an EXIF comment that must not travel."""
    noise = np.random.default_rng(seed).integers(0, 255, (6, 9, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    output = BytesIO()
    (image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else image).save(output, "JPEG", exif=exif)
    return output.getvalue()


class SampleDesk:
    """A store and a vault with methods that put one thing in; every method returns what it kept."""

    def __init__(self, folder: Path, store: Store | None = None) -> None:
        self.store = store or MemoryStore()
        self.vault = FolderVault(folder / "vault")

    def report(
        self,
        month: str = "2023-11",
        country: str = "ML",
        language: str = "en",
        text: str = "",
        *,
        show_sensitive: bool = False,
        hiding: Hiding | None = None,
    ) -> MonthlyReport:
        return build_monthly(
            self.store,
            self.vault,
            InProcessDecoder(),
            country=country,
            month=month,
            language=language,
            now=NOW,
            built_by="awa.diarra",
            text=text,
            show_sensitive=show_sensitive,
            hiding=hiding,
        )

    def medium(self, content: bytes, *, in_vault: bool = True, audio: bool | None = None) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        if in_vault:
            self.vault.keep(content)
        item = MediaItem(
            id=name_medium(sha256), sha256=sha256, media_type="image/jpeg", kind="image", size_bytes=len(content)
        )
        facts = MediaFacts(
            id=f"{item.id}.test", media_id=item.id, engine="test", width=320, height=200, has_audio=audio
        )
        self.store.add([item, facts])
        return item.id

    def alter(self, content: bytes) -> None:
        """Change one byte of what the vault keeps, behind its back."""
        with self.vault.open_local(hashlib.sha256(content).hexdigest()) as path:
            path.chmod(0o600)
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    def claim(self, number: int = 1, **fields: object) -> Claim:
        base: dict[str, object] = {
            "id": f"C-2023-{number:04d}",
            "wordings": (
                Wording("fr", "Cette photo montre un tunnel à Aguelhoc."),
                Wording("en", "This photograph shows a tunnel at Aguelhoc."),
                Wording("ar", "هذه الصورة تظهر نفقا في أغيلهوك."),
            ),
            "first_appeared_on": "2023-11-14",
            "countries": ("ML",),
        }
        claim = Claim(**(base | fields))  # type: ignore[arg-type]
        return self.store.revise(claim, expected_revision=0)

    def verdict(self, number: int, claim: Claim, **fields: object) -> Verdict:
        base: dict[str, object] = {
            "id": f"V-2023-{number:04d}",
            "claim_id": claim.id,
            "publisher": "FasoCheck",
            "publisher_site": "fasocheck.example",
            "external": True,
            "rating": Rating.FALSE,
            "textual_rating": "FAUX",
            "review_date": date(2023, 11, 17),
            "url": CHECK_URL,
        }
        return self.store.revise(Verdict(**(base | fields)), expected_revision=0)  # type: ignore[arg-type]

    def revise_verdict(self, verdict: Verdict, **fields: object) -> Verdict:
        changed = replace(verdict, **fields)  # type: ignore[arg-type]
        return self.store.revise(changed, expected_revision=verdict.revision)

    def match(self, subject_id: str, target_id: str, status: MatchStatus = "suggested", bits: int = 12) -> Match:
        evidence = MediaEvidence(
            method="pdq+dhash",
            distance_bits=bits,
            witnesses=(("dhash", 3),),
            symmetry="mirror",
            query_region=None,
            known_region=None,
            time_codes=(),
            transformation=Transformation(mirrored=True),
            alterations=("mirrored", "border-or-caption-added"),
        )
        judged = NOW if status != "suggested" else None
        match = Match(
            id=f"X-{subject_id[2:]}",
            subject_id=subject_id,
            target_id=target_id,
            status=status,
            evidence=evidence,
            engine="test",
            suggested_at=NOW,
            judged_by="awa.diarra" if judged else None,
            judged_at=judged,
        )
        return self.store.revise(match, expected_revision=0)

    def post(self, native_id: str, media_id: str, **fields: object) -> Post:
        base: dict[str, object] = {
            "id": f"P-{native_id}",
            "platform": "x",
            "native_id": native_id,
            "url": f"https://x.example/post/{native_id}",
            "author": f"@compte-{native_id}",
            "published_at": datetime(2023, 11, 15, 8, 0, tzinfo=UTC),
        }
        post = Post(**(base | fields))  # type: ignore[arg-type]
        capture = Capture(
            id=f"K-{native_id}",
            subject_id=post.id,
            source="x-search",
            url=post.url,
            retrieved_at=NOW,
            tool="test",
            metrics=(("like_count", 1200), ("view_count", 81000)),
        )
        appearance = Appearance(
            id=f"A-{native_id}",
            subject_id=media_id,
            role="seen",
            url=post.url,
            post_id=post.id,
            platform=post.platform,
            account=post.author,
            appeared_on=post.published_at.isoformat().replace("+00:00", "Z") if post.published_at else None,
            country="ML",
        )
        self.store.add([post, capture, appearance])
        return post


def fill(folder: Path, store: Store | None = None) -> SampleDesk:
    """The whole sample: one case of Mali in November 2023 with all that a report can show; in memory, or in *store*."""
    desk = SampleDesk(folder, store)
    original, shown = desk.medium(build_picture(1)), desk.medium(build_picture(1, mirrored=True))
    doubtful = desk.medium(build_picture(2))
    gone = desk.medium(b"no bytes of this are kept", in_vault=False)
    damaged = desk.medium(b"not a picture at all")
    event = Event(id="kidal-tunnels-2023", names=(Wording("fr", "Tunnels de Kidal"),), countries=("ML",), demo=True)
    desk.store.revise(event, expected_revision=0)
    evidence = Evidence(
        id="E-1",
        title="Capture près de Tikrit",
        url="https://news.example/2003/12/14",
        publisher="BBC",
        published_on="2003-12-14",
    )
    review = ClaimReview(
        id="CR-1",
        publisher="FasoCheck",
        publisher_site="fasocheck.example",
        url=CHECK_URL,
        claim_reviewed="Un tunnel à Aguelhoc",
        textual_rating="FAUX",
        review_date=date(2023, 11, 17),
    )
    known = Appearance(
        id="A-known",
        subject_id=original,
        role="known",
        url="https://photo.example/1",
        appeared_on="2003-12",
        caption="Hide-out near Tikrit",
    )
    desk.store.add([evidence, review, known])
    claim = desk.claim(
        media=(
            ClaimMedia(shown, "shown"),
            ClaimMedia(original, "original"),
            ClaimMedia(gone, "shown"),
            ClaimMedia(damaged, "shown"),
        ),
        event_ids=("kidal-tunnels-2023",),
        evidence_ids=("E-1",),
        external_ids=(CHECK_URL,),
        claimant="@compte-1",
        demo=True,
    )
    decontextualized = MediaReview(
        categories=(AuthenticityCategory.DECONTEXTUALIZED,),
        media_id=shown,
        original_media_id=original,
        original_context="Iraq, 2003",
    )
    first = desk.verdict(1, claim, claim_review_id="CR-1", media_reviews=(decontextualized,), evidence_ids=("E-1",))
    desk.verdict(
        2,
        claim,
        publisher="Benbere",
        publisher_site="benbere.example",
        url="https://benbere.example/tunnel",
        rating=Rating.MISLEADING,
        textual_rating="TROMPEUR",
        media_reviews=(
            MediaReview(
                categories=(AuthenticityCategory.EDITED_OR_CROPPED,), media_id=shown, original_context="A cellar"
            ),
        ),
        explanation=(Wording("fr", "La photo date de 2003."), Wording("ar", "الصورة من عام 2003.")),
    )
    desk.revise_verdict(
        first,
        status="corrected",
        textual_rating="FAUX (corrigé)",
        reason="Date of the photograph",
        revised_at=datetime(2023, 11, 25, tzinfo=UTC),
    )
    desk.match(shown, original, "confirmed")
    desk.match(doubtful, original)
    desk.post("1", shown)
    desk.post("2", doubtful, platform="facebook", country="ML")
    desk.post("3", shown, platform="web", url=CHECK_URL, author="fasocheck.example")
    missed = Capture(
        id="K-missed",
        subject_id="P-4",
        source="x-search",
        url="https://x.example/post/4",
        retrieved_at=NOW,
        tool="test",
        event_id="kidal-tunnels-2023",
        missing_media=(("https://x.example/video.mp4", "HTTP 404"),),
    )
    lost = Post(
        id="P-4",
        platform="x",
        native_id="4",
        url="https://x.example/post/4",
        author="@compte-4",
        published_at=datetime(2023, 11, 16, tzinfo=UTC),
    )
    desk.store.add([lost, missed])
    return desk
