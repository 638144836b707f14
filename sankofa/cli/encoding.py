"""``sankofa store encode``: vectors for the claims that have none, so that they are found by what they mean."""

from sankofa.cli.session import Session
from sankofa.cli.words import count

ENCODE_EXAMPLES = """
sankofa store encode          # once, after the extra semantic was installed or the setting encoder changed
sankofa store encode --json
"""


def encode(session: Session) -> None:
    """Encode what every claim says that was not encoded yet, so that it is found by its meaning too.

    New and changed claims are encoded by themselves. A run that was interrupted goes on when it is done again.
    """
    from sankofa.workflows.meaning import keep_all_vectors

    with session.open_desk(create=False) as desk:
        session.kept = "What was encoded stays: the same command goes on."
        with session.output.progress("Claims") as update:
            new = keep_all_vectors(desk, update)
        encoder = desk.encoder.name if desk.encoder else ""
    session.output.answer({"encoder": encoder, "new": new}, [f"{count(new, 'new vector')}, made by {encoder}"])
