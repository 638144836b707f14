"""The templates' environment: what is not marked as HTML is escaped, messages are of one language."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import InternationalizationExtension
from jinja2.parser import Parser
from markupsafe import Markup, escape

from reports.filters import build_filters
from reports.i18n import LANGUAGES, Translator


def build_environment(
    language: str, loader: BaseLoader | None = None, *, zone: str = "UTC", catalogues: Sequence[Path] = ()
) -> Environment:
    """Build the templates' environment: escaping, messages, filters (:mod:`reports.filters`).

    ``partials/`` and ``desk.css`` are found in it behind the templates of *loader*. Globals: ``language``,
    ``direction``, ``languages``, ``translator``.

    Raises:
        LanguageUnknownError: *language* is none of :data:`LANGUAGES`.
    """
    translator = Translator(language, zone=zone, catalogues=catalogues)
    own = PackageLoader("reports", "templates")
    environment = _Environment(
        loader=ChoiceLoader([loader, own]) if loader else own,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[_TranslatedOnce],
    )
    install: Callable[..., None] = cast(Any, environment).install_gettext_callables
    messages = translator.messages
    install(messages.gettext, messages.ngettext, newstyle=True)
    environment.filters.update(build_filters(translator))
    environment.filters["rating_badge"] = cache(partial(_render_badge, environment))
    environment.globals.update(
        language=language, direction=translator.direction, languages=LANGUAGES, translator=translator
    )
    return environment


class _CodeGenerator(CodeGenerator):
    """Passes what is HTML already on as it is: of the time that a long report takes, a fifth went to marking it again."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escape(")


class _Environment(Environment):
    code_generator_class = _CodeGenerator

    @staticmethod
    def escape(value: Any) -> Markup:
        return value if type(value) is Markup else escape(value)


class _TranslatedOnce(InternationalizationExtension):
    """Translates what has no values in it when the template is compiled: an environment has one language."""

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        node = super().parse(parser)
        match node:
            case nodes.Output(
                nodes=[nodes.Call(node=nodes.Name(name="gettext"), args=[nodes.Const(value=text)], kwargs=[])]
            ):
                translator: Any = self.environment.globals["translator"]
                return nodes.Output([nodes.TemplateData(translator.gettext(text) % {})], lineno=node.lineno)
        return node


def _render_badge(environment: Environment, rating: str | None) -> Markup:
    badges: Any = environment.get_template("partials/verdict_badge.html").module
    return cast(Markup, badges.verdict_badge(rating))
