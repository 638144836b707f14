"""Waiting for a cluster that is busy: the driver pauses after a lost connection, but asks again at once after a 429 or 503."""

import time
from typing import Any

from elastic_transport import Transport, TransportApiResponse
from elastic_transport.client_utils import DEFAULT

from index.backends.elasticsearch.translation import BUSY

WAIT_SECONDS, MOST_WAIT_SECONDS = 0.1, 5.0


class PatientTransport(Transport):
    """Asks again after growing pauses while the answer is one of a busy cluster, at most as often as it may retry."""

    def perform_request(self, *args: Any, **kwargs: Any) -> TransportApiResponse:
        asked = kwargs.get("max_retries", DEFAULT)
        retries = self.max_retries if asked is DEFAULT else asked
        for attempt in range(retries):
            answer = super().perform_request(*args, **kwargs)
            if answer.meta.status not in BUSY:
                return answer
            time.sleep(min(MOST_WAIT_SECONDS, WAIT_SECONDS * 2**attempt))
        return super().perform_request(*args, **kwargs)
