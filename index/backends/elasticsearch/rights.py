"""The least that a desk may do: a role, and a key that has it.

The key reads and writes documents under its prefix and makes indices there. It deletes no index, changes no setting of one, sees
no other index and manages no users.
"""

from typing import Any

from elasticsearch import ApiError

from index.backends.elasticsearch.access import Access
from index.backends.elasticsearch.connection import connect
from index.backends.elasticsearch.translation import translated
from index.errors import StoreUnavailableError

_CLUSTER = ["cluster:monitor/main", "cluster:monitor/health"]
_INDICES = [
    "read",
    "write",
    "create_index",
    "indices:admin/aliases",  # an index is made together with its alias
    "view_index_metadata",
    "maintenance",  # refresh: what was acknowledged becomes visible
    "monitor",
]
_NO_HANDLER = (400, 405)


def name_role(prefix: str) -> str:
    """The role of those who work under a prefix."""
    return f"{prefix}-desk"


def make_key(administrator: Access, prefix: str, holder: str) -> str:
    """Make the role, or make it again as it should be, and a new key with it; *holder* says in its name who uses it.

    Raises:
        StoreAccessError, StoreUnavailableError, StoreFormatError: As
            :func:`index.backends.elasticsearch.connection.connect`, or security is switched off there.
    """
    where, name, role = administrator.describe(), name_role(prefix), _build_role(prefix)
    with connect(administrator) as client, translated(where):
        try:
            client.security.put_role(name=name, **role)
        except ApiError as error:
            if error.status_code not in _NO_HANDLER or "security" not in str(error.body):
                raise
            raise StoreUnavailableError(
                f"security is switched off at {where} (xpack.security.enabled): whoever reaches it may do everything, and no"
                " key is needed"
            ) from error
        answer = client.security.create_api_key(name=f"{name} {holder}", role_descriptors={name: role})
    return str(answer["encoded"])


def is_enough(access: Access, prefix: str) -> bool:
    """Tell whether whoever asks may do all that the role may. Raises as :func:`make_key`."""
    with connect(access) as client, translated(access.describe()):
        answer = client.security.has_privileges(
            cluster=_CLUSTER, index=[{"names": [f"{prefix}-*"], "privileges": _INDICES}]
        )
    return bool(answer["has_all_requested"])


def _build_role(prefix: str) -> dict[str, Any]:
    return {"cluster": _CLUSTER, "indices": [{"names": [f"{prefix}-*"], "privileges": _INDICES}]}
