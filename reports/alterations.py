"""What was done to a picture, in one line of words and figures."""

from collections.abc import Sequence

from babel.numbers import format_percent

from reports.i18n import Translator
from verify.evidence import Transformation

_WHOLE_SHARE = 0.975
_SAME_SIZE = 0.1


def describe_alterations(translator: Translator, codes: Sequence[str], said: Transformation) -> str:
    """The words for the codes, then the figures that are known: part kept, size, JPEG quality."""
    parts = []
    if said.kept_share is not None and said.kept_share < _WHOLE_SHARE:
        share = _write_share(translator, said.kept_share)
        parts.append(translator.gettext("%(share)s of the original kept", share=share))
    if said.scale is not None and abs(said.scale - 1) > _SAME_SIZE:
        parts.append(translator.gettext("resized to %(share)s", share=_write_share(translator, said.scale)))
    if said.jpeg_quality is not None:
        quality = translator.number(said.jpeg_quality)
        parts.append(translator.gettext("JPEG quality near %(quality)s", quality=quality))
    words = [
        translator.gettext("saved again") if code == "re-encoded" and parts else translator.alterations([code])
        for code in codes
    ]
    return translator.enumerate([*words, *parts]) if words or parts else translator.alterations(())


def _write_share(translator: Translator, share: float) -> str:
    return str(format_percent(share, locale=translator.locale))
