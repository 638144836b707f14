"""Words as data for the analyser: function words of French, English and Arabic, elisions, and how a language
shows itself.

The lists are our own. None holds a negation (*pas*, *jamais*, *sans*, *not*, *never*, *لا*, *لم*, *ليس* …):
a denial must not read like the claim. French and English are written without accents, as the analyser
compares them; Arabic without vowel signs, but with its letters as they are typed, because *على* (on) and
*علي* (Ali) only differ there.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FRENCH = """
a afin ai aie aient ainsi alors apres as au aupres aussi autre autres aux auquel auxquels auxquelles avaient
avait avant avec avez avoir avons ayant ca car ce ceci cela celle celles celui cependant ces cet cette ceux
chaque chez ci comme comment d dans de depuis des dont du duquel desquels desquelles donc des elle elles en
encore entre es est et etaient etait etant etes etre eu eux fait fut furent hors ici il ils j je l la
laquelle le lequel les lesquels lesquelles leur leurs lors lorsque lui m ma mais me meme memes mes moi mon n
nos notre nous on ont ou par parce parmi pendant peu peut peuvent pour pourquoi puis qu quand que quel quelle
quelles quels qui quoi s sa se selon sera seront ses si soi soient soit son sont sous suis sur t ta tandis te
tel telle telles tels tes toi ton tous tout toute toutes tu un une unes uns va vers via voici voila vont vos
votre vous vs y
"""

_ENGLISH = """
a about above after again all also am an and any are as at be because been before being below between both
but by can could d did do does doing down during each few for from further had has have having he her here
hers herself him himself his how i if in into is it its itself just ll m me more most my myself now of off on
once only or other our ours ourselves out over own re s same shall she should so some such t than that the
their theirs them themselves then there these they this those through to too under until up upon us ve very
was we were what when where which while who whom whose why will with would you your yours yourself yourselves
"""

_ARABIC = """
في من إلى الى على عن مع هذا هذه هذان هؤلاء ذلك تلك أولئك الذي التي الذين اللذان اللتان اللاتي اللواتي أن إن
ان أنه إنه انه أنها إنها انها أنهم إنهم كان كانت كانوا يكون تكون قد لقد و أو او أم ثم كما بعد قبل كل بين حتى
عند عندما هو هي هم هن أنا انا نحن أنت انت أنتم هنا هناك إذا اذا إذ حيث كيف متى أين اين هل بل لكن ولكن لأن لان
منذ خلال حول ضد نحو عبر فيه فيها منه منها عليه عليها إليه اليه إليها اليها له لها لهم به بها بهم التى الى أي
اي أيضا ايضا فقط بعض وقد وهو وهي وفي ومن وعلى
"""

# Words and beginnings before an apostrophe that French drops a vowel from, with what they stand for; "" says
# nothing.
ELISIONS = dict.fromkeys(_words("l d j m t s c qu jusqu lorsqu puisqu quoiqu presqu quelqu"), "") | {"n": "ne"}

# What English writes behind an apostrophe and says nothing; n't is a negation and stays as "not".
ENGLISH_ENDINGS = frozenset({"s", "re", "ll", "ve", "m", "d"})

FUNCTION_WORDS = {
    "fr": _words(_FRENCH),
    "en": _words(_ENGLISH),
    "ar": _words(_ARABIC),
}

# Frequent words that only one of the two has, and that are not words of Hausa, Bambara, Fulfulde or Zarma
# either (so not "la", "ma", "ni", "ne", "ce", "don", "to", "no").
TELLTALES = {
    "fr": _words(
        """
        le les des du de une un et est dans sur pour par qui que avec sont ont aux au pas cette ces selon
        leur plus il elle nous vous mais etait contre apres entre d l qu
        """
    ),
    "en": _words(
        """
        the of and is are was were that this these with from by has have had not been their which will who
        after against its it for at
        """
    ),
}
