"""What a file says of itself: read in the child that opens it, kept with the medium, shown to whoever sits at the desk.

It is what somebody wrote into the file, and no evidence by itself; only content credentials are checked, by their signature.
"""

from dataclasses import replace

from index.errors import RecordConflictError
from index.model import MediaFacts
from sankofa.desk import Desk
from verify.metadata import FileFacts, list_pairs

_MOST_CODES = 8
_CODE_CHARACTERS = 100
_MOST_NOTES = 20
_NOTE_CHARACTERS = 500


def join_facts(facts: MediaFacts, says: FileFacts) -> MediaFacts:
    """Return the engine's facts with what the file says, each part within its limit."""
    return replace(
        facts,
        metadata=list_pairs(says),
        position=says.position,
        digital_source_types=tuple(code[:_CODE_CHARACTERS] for code in says.digital_source_types[:_MOST_CODES]),
        credentials=says.credentials.state,
        notes=tuple(note[:_NOTE_CHARACTERS] for note in says.notes[:_MOST_NOTES]),
    )


def keep_facts(desk: Desk, facts: MediaFacts) -> None:
    """Keep the facts of a medium, unless facts of this engine are kept.

    The first reading stays: what a later one finds depends on what is installed and who is trusted by then.
    """
    if facts.id in desk.store.get_many(MediaFacts, [facts.id]):
        return
    try:
        desk.store.add([facts])
    except RecordConflictError:
        pass  # somebody else read the same file a moment before


def describe_file(says: FileFacts) -> MediaFacts:
    """Return what a file says as it would be kept of a medium, for one that is not kept."""
    return join_facts(MediaFacts(id="", media_id="", engine=""), says)
