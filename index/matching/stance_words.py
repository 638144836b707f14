"""Words that deny, as data: negations, and what refutes.

The lists are our own. Each is read by the analyser in its language, so that inflected forms meet.
"""

import re

from index.analysis import analyse


def _read(**words: str) -> frozenset[str]:
    """Return the terms of the words of each language."""
    return frozenset(
        term for language, listed in words.items() for word in listed.split() for term in analyse(word, language)
    )


NEGATIONS = _read(
    fr="pas jamais aucun aucune aucunement nullement rien ni sans non guère impossible",
    en="not never no none nobody nothing neither nor without cannot",
    ar="لا لم لن ليس ليست ليسوا غير بدون دون ولا ولم ولن وليس فلا فلم مش موش ماشي",
)
"""What turns a statement round. The French *ne* is left out: what it belongs to says it again."""

BEHIND = _read(fr="pas jamais rien guère nullement aucunement")
"""Those that stand behind what they negate."""

REFUTATIONS = _read(
    fr="""faux fausse fausses intox infox fake fakenews désinformation mésinformation canular mensonge mensonger mensongère
    mensongers mensongères rumeur rumeurs infondé infondée infondées infondés trompeur trompeuse inexact inexacte erroné erronée
    inventé inventée invention inventions bidon détourné détournée truqué truquée démenti démentie démentis démentent démentit
    dément démentir réfute réfuté réfutée réfutent infirmé nie nient nié contredit contredisent invraisemblable fallacieux
    fallacieuse factcheck montage""",
    en="""false fake hoax hoaxes untrue misinformation disinformation debunk debunked debunks misleading rumor rumors rumour
    rumours unfounded baseless fabricated bogus denied denies deny denying reject rejects rejected refuted refutes refute
    incorrect inaccurate photoshopped factcheck wrong fictitious satire myth""",
    ar="""كاذب كاذبة كذب أكاذيب كذبة زائف زائفة مزيف مزيفة مفبرك مفبركة مضلل مضللة تضليل إشاعة إشاعات شائعة شائعات
    الشائعات الشائعة الإشاعة خاطئ خاطئة ملفق ملفقة مغلوط مغلوطة نفى نفت ينفي تنفي نفي ونفى ونفت تكذيب تكذب يكذب فند تفند
    يفند دحض مختلق مختلقة مزعوم مزور مزورة""",
)
"""What says of a statement that it is not so."""


def _read_phrases(**phrases: str) -> frozenset[tuple[str, ...]]:
    """Return the terms of each phrase; where only one of its words is no function word, it is none."""
    read = (analyse(phrase, language) for language, listed in phrases.items() for phrase in listed.split("|"))
    return frozenset(terms for terms in read if len(terms) > 1)


PHRASES = _read_phrases(
    fr="aucune preuve|pas vrai|rien ne prouve|rien ne le prouve|sans fondement|hors contexte|sorti de son contexte",
    en="no evidence|no proof|nothing to support|not true",
    ar="لا صحة|لا دليل|لا أساس|غير صحيح|غير صحيحة|ليس صحيحا|لم يثبت|خارج سياقه|خارج سياقها",
)
"""Refutations of several words, as terms side by side."""

ANSWERS = _read(fr="non", en="no", ar="لا كلا")
"""What denies where it stands alone: *Non, l'armée …*"""

DENIES_THAT = re.compile(
    r"\b(?:faux|pas vrai|dément\w*|nie\w*|réfute\w*|false|not true|untrue|den(?:y|ies|ied))\s+(?:que\b|qu['’]|that\b)"
    r"|(?:نف[ىت]|[يت]نفي|صحيحا?|صحة)\s(?:\S+\s){0,2}أن",
    re.IGNORECASE,
)
"""What refutes the very clause that follows, so that a negation in there says it twice."""
