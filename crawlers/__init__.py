"""The outside world as posts, media and published checks. May import ``index`` and ``verify``."""
