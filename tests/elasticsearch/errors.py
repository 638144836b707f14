"""What can be wrong with a node of our own; every message says what to do."""


class NodeError(Exception):
    """It cannot be made, started or reached."""


class PartMissingError(NodeError):
    """A program or a JDK that is needed is not on this machine: tests are skipped, and fail in CI. The message names it."""
