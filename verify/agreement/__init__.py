"""Do two pictures agree where they overlap? The second stage, which decides what local features only nominate.

Pictures that share a letterhead, a lower third, an app's frame or a logo have many features in common and are not the
same picture. Here the query is laid over the known picture, cell by cell the two are correlated, and the map of
where they agree says what they share.

May import: NumPy, and OpenCV through `verify.vision` when the first pair is compared.

Source of the design and of every threshold that names no other: own measurement over twelve families of drawn
pictures with shared elements over real photographs, and photographs in thirty alterations (`python -m bench siblings`
measures them anew).
"""

from verify.agreement.alignment import Alignment
from verify.agreement.compare import measure_agreement, settle_text
from verify.agreement.decision import Agreement, AgreementNumbers, Outcome, TextState

__all__ = ["Agreement", "AgreementNumbers", "Alignment", "Outcome", "TextState", "measure_agreement", "settle_text"]
