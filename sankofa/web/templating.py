"""The pages' templates: one environment per language, sharing partials, filters and look with the reports."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, cast

from jinja2 import Environment, PackageLoader

from index.model import Wording
from reports.alterations import describe_alterations
from reports.evidence import (
    describe_areas,
    describe_evidence,
    describe_layout,
    describe_places,
    name_rule,
    name_witness,
)
from reports.i18n import LANGUAGES, Translator
from reports.templating import build_environment
from sankofa.web.pictures import show_card
from sankofa.web.words import describe_time_codes, say_reason
from verify.evidence import MediaEvidence

STATIC_FILES: Mapping[str, tuple[str, str, str]] = {
    "desk.css": ("reports", "templates/desk.css", "text/css; charset=utf-8"),
    "pages.css": ("sankofa.web", "static/pages.css", "text/css; charset=utf-8"),
    "desk.js": ("sankofa.web", "static/desk.js", "text/javascript; charset=utf-8"),
    "mark.svg": ("sankofa.web", "static/mark.svg", "image/svg+xml"),
}
"""What is served under ``/static``: name → package, file and type. The look is that of the reports."""

LANGUAGE_NAMES = {"fr": "Français", "en": "English", "ar": "العربية"}


class Templates:
    """Renders pages in each language."""

    def __init__(self) -> None:
        self._environments = {language: _build(language) for language in LANGUAGES}

    def render(self, name: str, language: str, values: Mapping[str, Any]) -> str:
        """Render the template *name*."""
        return self._environments[language].get_template(name).render(values)

    def translator(self, language: str) -> Translator:
        """Return the words of a language."""
        return cast(Translator, self._environments[language].globals["translator"])


@cache
def load_static(name: str) -> bytes:
    """Load a file of :data:`STATIC_FILES`."""
    package, path, _ = STATIC_FILES[name]
    return files(package).joinpath(path).read_bytes()


@cache
def static_url(name: str) -> str:
    """Return the address of a static file; it changes with the content, so that browsers may keep the file."""
    return f"/static/{name}?v={hashlib.sha256(load_static(name)).hexdigest()[:12]}"


def pick_wording(language: str, wordings: Sequence[Wording]) -> Wording:
    """Pick the wording in the reader's language, else the first."""
    return next((wording for wording in wordings if wording.language.partition("-")[0] == language), wordings[0])


def _describe_done(translator: Translator, evidence: MediaEvidence) -> str:
    return describe_alterations(translator, evidence.alterations, evidence.transformation)


def _build(language: str) -> Environment:
    environment = build_environment(language, PackageLoader("sankofa.web", "templates"))
    translator = cast(Translator, environment.globals["translator"])
    environment.globals.update(
        static_url=static_url,
        language_names=LANGUAGE_NAMES,
        pick_wording=lambda wordings: pick_wording(language, wordings),
        show_card=lambda card, role=None, as_it_is=False: show_card(translator, card, role, as_it_is=as_it_is),
        describe_done=lambda evidence: _describe_done(translator, evidence),
        describe_evidence=lambda evidence, known_media: describe_evidence(translator, evidence, known_media),
        describe_layout=lambda evidence: describe_layout(translator, evidence),
        name_witness=name_witness,
        say_reason=lambda reason: say_reason(translator, reason),
        name_rule=lambda evidence: name_rule(translator, evidence),
        describe_time_codes=lambda evidence: describe_time_codes(translator, evidence),
        describe_areas=lambda evidence: describe_areas(translator, evidence),
        describe_places=lambda evidence: describe_places(translator, evidence),
    )
    return environment
