"""The backends of :class:`index.store.Store`; each passes the same contract, and none knows another."""
