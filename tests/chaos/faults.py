"""Each fault, done to a real cluster; whoever does it returns when it has happened and is over."""

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from tests.chaos.mischief import fail_in_part, lose, refuse
from tests.chaos.plan import Fault
from tests.chaos.proxy import Mischief, Proxy, Request
from tests.elasticsearch.node import Node

_PATIENCE_SECONDS = 240
_MOMENT_SECONDS = 0.3
_DISK = "cluster.routing.allocation.disk."
_FULL = {
    f"{_DISK}threshold_enabled": True,
    **{f"{_DISK}watermark.{stage}": "9000tb" for stage in ("low", "high", "flood_stage")},
}
"""More must be free than any disk has."""


class Faults:
    """What can be done to some nodes, the store's proxy, and the indices under a prefix."""

    def __init__(self, nodes: tuple[Node, ...], proxy: Proxy, client: Elasticsearch, prefix: str) -> None:
        self._nodes, self._proxy, self._client, self._indices = nodes, proxy, client, f"{prefix}-*"

    def inject(self, fault: Fault) -> None:
        """Do it. Raises TimeoutError where it cannot be brought about or lifted."""
        time.sleep(fault.after_seconds)
        getattr(self, fault.kind)(fault)

    def kill(self, fault: Fault) -> None:
        node = self._nodes[fault.node]
        node.kill()
        time.sleep(fault.for_seconds)
        node.start()
        node.wait()

    def pause(self, fault: Fault) -> None:
        node = self._nodes[fault.node]
        node.signal(signal.SIGSTOP)
        time.sleep(fault.for_seconds)
        node.signal(signal.SIGCONT)

    def restart(self, fault: Fault) -> None:
        node = self._nodes[fault.node]
        node.stop()
        node.start()
        node.wait()

    def flood(self, fault: Fault) -> None:
        self._set_until(_FULL, self._is_full)
        time.sleep(fault.for_seconds)
        self._set_until(dict.fromkeys(_FULL), lambda: not self._is_full())

    def busy(self, fault: Fault) -> None:
        with self._proxy.meddling(refuse):
            time.sleep(fault.for_seconds)

    def partial(self, fault: Fault) -> None:
        self._meddle(lambda request: request.is_bulk, fail_in_part(int(fault.for_seconds * 1e6)))

    def lost(self, fault: Fault) -> None:
        self._meddle(lambda request: request.is_write, lose)

    def _meddle(self, concerns: Callable[[Request], bool], mischief: Mischief) -> None:
        if not self._proxy.meddle(concerns, mischief).wait(_PATIENCE_SECONDS):
            raise TimeoutError("nothing was written that this could happen to")

    def _is_full(self) -> bool:
        answer = self._client.indices.get_settings(index=self._indices, flat_settings=True)
        blocked = [one["settings"].get("index.blocks.read_only_allow_delete") for one in answer.values()]
        return "true" in blocked

    def _set_until(self, settings: dict[str, Any], is_done: Callable[[], bool]) -> None:
        """Give the cluster settings, and wait until they have worked, however many nodes are there meanwhile."""
        until = time.monotonic() + _PATIENCE_SECONDS
        is_set = False
        while time.monotonic() < until:
            with suppress(ApiError, TransportError):
                if not is_set:
                    self._client.cluster.put_settings(persistent=settings)
                    is_set = True
                if is_done():
                    return
            time.sleep(_MOMENT_SECONDS)
        raise TimeoutError(f"the cluster did not follow {settings}")
