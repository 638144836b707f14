"""Words for codes, in English; the catalogues in ``locale`` give the French and the Arabic ones.

A code that has no word here is shown as it is: honest, and it says what to add.
"""

from collections.abc import Mapping
from types import MappingProxyType

from index.ratings import AuthenticityCategory, Rating


def mark(message: str) -> str:
    """Mark a message for the catalogues; it is translated where it is shown."""
    return message


def _table(words: dict[str, str]) -> Mapping[str, str]:
    return MappingProxyType(words)


RATING_WORDS = _table(
    {
        Rating.TRUE: mark("True"),
        Rating.MOSTLY_TRUE: mark("Mostly true"),
        Rating.MIXED: mark("Mixed"),
        Rating.MISLEADING: mark("Misleading"),
        Rating.MISSING_CONTEXT: mark("Missing context"),
        Rating.EXAGGERATED: mark("Exaggerated"),
        Rating.UNDERSTATED: mark("Understated"),
        Rating.UNPROVEN: mark("Unproven"),
        Rating.MOSTLY_FALSE: mark("Mostly false"),
        Rating.FALSE: mark("False"),
        Rating.FABRICATED: mark("Fabricated"),
        Rating.SATIRE: mark("Satire"),
        Rating.NOT_A_CLAIM: mark("Not a checkable claim"),
    }
)
"""In the one order in which ratings stand everywhere."""

NO_RATING = mark("No rating on our scale")

TONES = _table(
    {
        Rating.TRUE: "true",
        Rating.MOSTLY_TRUE: "true",
        Rating.MIXED: "partly",
        Rating.MISLEADING: "partly",
        Rating.MISSING_CONTEXT: "partly",
        Rating.EXAGGERATED: "partly",
        Rating.UNDERSTATED: "partly",
        Rating.UNPROVEN: "open",
        Rating.MOSTLY_FALSE: "false",
        Rating.FALSE: "false",
        Rating.FABRICATED: "false",
        Rating.SATIRE: "satire",
        Rating.NOT_A_CLAIM: "open",
    }
)
"""The family of a rating: shape and colour of its badge."""

AUTHENTICITY_WORDS = _table(
    {
        AuthenticityCategory.ORIGINAL: mark("Authentic"),
        AuthenticityCategory.DECONTEXTUALIZED: mark("Out of context"),
        AuthenticityCategory.EDITED_OR_CROPPED: mark("Edited or cropped"),
        AuthenticityCategory.TRANSFORMED: mark("Transformed"),
        AuthenticityCategory.STAGED: mark("Staged"),
        AuthenticityCategory.SATIRE_OR_PARODY: mark("Satire or parody"),
    }
)

AUTHENTICITY_MEANINGS = _table(
    {
        AuthenticityCategory.ORIGINAL: mark("no sign of misleading alteration; a caption may still be false"),
        AuthenticityCategory.DECONTEXTUALIZED: mark("unaltered, but given a wrong date, place or event"),
        AuthenticityCategory.EDITED_OR_CROPPED: mark("a part is shown as the whole, or time or sound was cut"),
        AuthenticityCategory.TRANSFORMED: mark("something was added, removed or synthesised"),
        AuthenticityCategory.STAGED: mark("made with actors or contrived"),
        AuthenticityCategory.SATIRE_OR_PARODY: mark("presented as humour"),
    }
)
"""What each category means, in our words. Source: https://schema.org/MediaManipulationRatingEnumeration"""

ALTERATION_WORDS = _table(
    {
        "mirrored": mark("mirrored"),
        "rotated-90": mark("turned by 90° clockwise"),
        "rotated-180": mark("turned upside down"),
        "rotated-270": mark("turned by 90° counter-clockwise"),
        "border-or-caption-added": mark("border or caption added"),
        "placed-in-larger-picture": mark("placed in a larger picture"),
        "part-of-known": mark("only a part is shown"),
        "re-encoded": mark("saved again, otherwise unchanged"),
        "content-changed": mark("content changed (a small crop, words or a logo)"),
        "rotated": mark("tilted"),
        "stretched": mark("stretched"),
        "perspective-changed": mark("perspective changed"),
        "bar-above": mark("bar added above"),
        "bar-below": mark("bar added below"),
        "bar-left": mark("bar added on the left"),
        "bar-right": mark("bar added on the right"),
        "laid-over": mark("words or a picture laid over"),
        "made-grey": mark("colour removed"),
        "sound-removed": mark("sound removed"),
    }
)
"""The codes of :class:`verify.evidence.MediaEvidence` and of :func:`verify.transformation.name_alterations`, and
``sound-removed``, which a report reads off the facts."""

PLATFORM_WORDS = _table(
    {
        "bluesky": "Bluesky",
        "facebook": "Facebook",
        "file": mark("File"),
        "mastodon": "Mastodon",
        "telegram": "Telegram",
        "tiktok": "TikTok",
        "web": mark("Website"),
        "whatsapp": "WhatsApp",
        "x": "X",
        "youtube": "YouTube",
        "": mark("Platform not recorded"),
    }
)

STATUS_WORDS = _table(
    {
        "suggested": mark("Suggested"),
        "confirmed": mark("Confirmed"),
        "rejected": mark("Rejected"),
        "draft": mark("Draft"),
        "published": mark("Published"),
        "corrected": mark("Corrected"),
        "in_review": mark("In review"),
        "withdrawn": mark("Withdrawn"),
        "suppressed": mark("No longer shown"),
    }
)
"""Of matches and of verdicts."""

POINT_WORDS = _table(
    {
        "who": mark("Who made or spread it?"),
        "where": mark("Where is it from?"),
        "when": mark("When was it made?"),
        "source": mark("What is the first source?"),
        "original": mark("Is there an original, and what became of it?"),
        "contact": mark("Who was asked, and what did they say?"),
    }
)
"""Of the checklist (:data:`index.model.CheckPoint`)."""

KIND_WORDS = _table(
    {
        "post": mark("Post"),
        "capture": mark("How posts came here"),
        "claim_review": mark("Published check"),
        "media_item": mark("Pictures and videos"),
        "media_facts": mark("What was read in files"),
        "bank_entry": mark("Fingerprints"),
        "appearance": mark("Appearances"),
        "evidence": mark("Evidence"),
        "text_vector": mark("What stands for the meaning of texts"),
        "match": mark("Matches"),
        "claim_match": mark("Matches of posts with claims"),
        "negative": mark("What proves nothing by itself"),
        "sensitive": mark("Marks of what is hard to look at"),
        "claim": mark("Claim"),
        "verdict": mark("Verdict"),
        "narrative": mark("Narrative"),
        "event": mark("Event"),
        "person": mark("Person"),
    }
)
"""Kinds of records, where the desk says what would be erased."""

STANCE_WORDS = _table(
    {
        "repeats": mark("repeats the claim"),
        "denies": mark("denies the claim"),
        "unclear": mark("speaks of the claim, unclear whether it repeats or denies it"),
    }
)
"""What a post does with a claim."""

METRIC_WORDS = _table(
    {
        "bookmark_count": mark("bookmarks"),
        "comment_count": mark("comments"),
        "impression_count": mark("views"),
        "like_count": mark("likes"),
        "quote_count": mark("quotes"),
        "reply_count": mark("replies"),
        "repost_count": mark("reposts"),
        "retweet_count": mark("reposts"),
        "share_count": mark("shares"),
        "view_count": mark("views"),
        "comments": mark("comments"),
        "likes": mark("likes"),
        "reposts": mark("reposts"),
        "shares": mark("shares"),
        "views": mark("views"),
    }
)

RULE_WORDS = _table(
    {
        "same-file": mark("same file"),
        "hash+geometry": mark("hashes and geometry agree"),
        "geometry": mark("geometry agrees"),
        "hash+agreement": mark("hashes and pixels agree"),
        "hash+crops": mark("hashes agree, in small crops too"),
        "hash-only": mark("hash only"),
    }
)
"""What kind of evidence stands behind a match: the rules of the media engine."""

SOUND_WORDS = _table(
    {
        "none": mark("Neither has any sound."),
        "kept": mark("The sound is that of the known video."),
        "removed": mark("The sound was removed."),
        "added": mark("Sound was added to a silent video."),
        "replaced": mark("The sound was replaced by another."),
        "unknown": mark("Whether the sound is the same could not be told."),
    }
)
"""What became of the known sound (:data:`verify.sound.SoundChange`)."""

CREDENTIAL_WORDS = _table(
    {
        "none": mark("none; that says nothing, platforms remove them"),
        "untrusted": mark("as its signer left it, but nobody here vouches for the signer"),
        "trusted": mark("as its signer left it, and the signer is on the list of this desk"),
        "tampered": mark("the file or its credentials were changed after signing"),
        "invalid": mark("there, but they do not hold"),
        "remote": mark("they lie at an address, which is not fetched"),
        "not-read": mark("not looked at"),
    }
)
"""The states of :class:`verify.metadata.Credentials`."""

SOURCE_TYPE_WORDS = _table(
    {
        "digitalCapture": mark("photograph or recording by a device"),
        "computationalCapture": mark("several shots of a device joined by computation"),
        "negativeFilm": mark("digitised from film"),
        "positiveFilm": mark("digitised from film"),
        "print": mark("digitised from a print"),
        "humanEdits": mark("edited by a person"),
        "minorHumanEdits": mark("edited a little by a person"),
        "compositeWithTrainedAlgorithmicMedia": mark("partly made by a generative model"),
        "compositeSynthetic": mark("put together, with synthetic parts"),
        "compositeCapture": mark("put together from photographs"),
        "composite": mark("put together from several parts"),
        "trainedAlgorithmicMedia": mark("made by a generative model"),
        "algorithmicallyEnhanced": mark("enhanced by a program"),
        "algorithmicMedia": mark("made by a program"),
        "digitalArt": mark("made by a person with a program"),
        "digitalCreation": mark("made by a person with a program"),
        "dataDrivenMedia": mark("made from data"),
        "virtualRecording": mark("recorded from a virtual world"),
        "screenCapture": mark("picture of a screen"),
    }
)
"""IPTC's codes. Source: https://cv.iptc.org/newscodes/digitalsourcetype/"""

REFUSAL_WORDS = _table(
    {
        "empty": mark("the file is empty"),
        "unreadable": mark("the file cannot be read"),
        "not-media": mark("it is neither a picture nor a video"),
        "format-not-allowed": mark("its format is not opened here"),
        "truncated": mark("the file ends too early"),
        "damaged": mark("the file is damaged"),
        "too-large": mark("the file is too large"),
        "too-many-pixels": mark("it has too many pixels"),
        "too-many-scans": mark("it is built to exhaust whoever opens it"),
        "too-long": mark("the video is too long"),
        "no-frames": mark("it holds no picture that can be decoded"),
        "too-expensive": mark("it takes too long to open"),
        "needs-too-much-memory": mark("it takes too much memory to open"),
        "crashed": mark("what opens it broke off"),
    }
)
"""The reasons of :class:`verify.errors.MediaRefusedError`."""
