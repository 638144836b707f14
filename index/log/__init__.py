"""The log: every act that matters is an entry of its own, and none can be changed, taken out or put in unseen.

Entries are canonical JSON (RFC 8785) in a Merkle tree (RFC 6962), whose size and root are signed as checkpoints (C2SP). It
imports the vocabulary, never a store: what keeps entries is given to it (:class:`index.log.hashes.LogStore`).
"""
