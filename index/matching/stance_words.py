"""Words that deny, as data: negations, and what refutes.

The lists are our own. Each is read by the analyser in its language, so that inflected forms meet.
"""

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

REFUTATIONS = _read(
    fr="""faux fausse fausses intox infox fake fakenews désinformation mésinformation canular mensonge mensonger mensongère
    mensongers mensongères rumeur rumeurs infondé infondée infondées infondés trompeur trompeuse inexact inexacte erroné erronée
    inventé inventée bidon détourné détournée truqué truquée démenti démentie démentis démentent démentit dément démentir réfute
    réfuté réfutent nie nient nié contredit contredisent invraisemblable fallacieux fallacieuse factcheck manipulation montage""",
    en="""false fake hoax hoaxes untrue misinformation disinformation debunk debunked debunks misleading rumor rumors rumour
    rumours unfounded baseless fabricated bogus denied denies deny denying refuted refutes refute incorrect inaccurate lie lies
    photoshopped doctored factcheck wrong fictitious satire myth""",
    ar="""كاذب كاذبة كذب أكاذيب كذبة زائف زائفة مزيف مزيفة مفبرك مفبركة مضلل مضللة إشاعة إشاعات شائعة شائعات الشائعات الشائعة
    الإشاعة خاطئ خاطئة ملفق ملفقة مغلوط مغلوطة نفى نفت ينفي تنفي نفي ونفى ونفت تكذيب تكذب يكذب فند تفند يفند دحض مختلق مزعوم""",
)
"""What says of a statement that it is not so."""
