"""The least that a desk may do: a role, a key that has it, and the indices, which the desk then need not make itself.

The key reads and writes documents under its prefix. It makes, changes and deletes no index, sees no other and manages no users.
Nor does it change aliases: whoever may do that may delete the indices, by the action ``remove_index``.
"""

from typing import Any

from elasticsearch import ApiError

from index.backends.elasticsearch.access import Access
from index.backends.elasticsearch.condition import NAMES, Condition
from index.backends.elasticsearch.connection import connect
from index.backends.elasticsearch.indices import Indices
from index.backends.elasticsearch.translation import translated
from index.errors import StoreUnavailableError

_CLUSTER = ["cluster:monitor/main", "cluster:monitor/health"]
_INDICES = ["read", "indices:data/write/*", "view_index_metadata", "monitor", "maintenance"]
"""Without the privilege ``write``, which allows to change mappings; ``maintenance`` is to refresh."""
_NO_HANDLER = (400, 405)


def name_role(prefix: str) -> str:
    """The role of those who work under a prefix."""
    return f"{prefix}-desk"


def prepare(administrator: Access, prefix: str) -> None:
    """Make the role and the indices under *prefix*; what is there stays, and the role is made again as it should be.

    Raises:
        StoreAccessError, StoreUnavailableError, StoreFormatError: As
            :func:`index.backends.elasticsearch.store.open_elasticsearch`, or security is switched off there.
    """
    where = administrator.describe()
    with connect(administrator) as client:
        indices = Indices(client, where, prefix)
        Condition(indices).check()
        with translated(where):
            try:
                client.security.put_role(name=name_role(prefix), **_build_role(prefix))
            except ApiError as error:
                if error.status_code not in _NO_HANDLER or "security" not in str(error.body):
                    raise
                raise StoreUnavailableError(
                    f"security is switched off at {where} (xpack.security.enabled): whoever reaches it may do everything,"
                    " and no key is needed"
                ) from error
        for name in NAMES:
            indices.require(name)


def make_key(administrator: Access, prefix: str, holder: str) -> str:
    """Make a new key with the role's rights; *holder* says in its name who uses it. Raises as :func:`prepare`."""
    name = name_role(prefix)
    with connect(administrator) as client, translated(administrator.describe()):
        answer = client.security.create_api_key(name=f"{name} {holder}", role_descriptors={name: _build_role(prefix)})
    return str(answer["encoded"])


def is_enough(access: Access, prefix: str) -> bool:
    """Tell whether whoever asks may do all that the role may. Raises as :func:`prepare`."""
    wanted = [{"names": [f"{prefix}-*"], "privileges": _INDICES}]
    with connect(access) as client, translated(access.describe()):
        answer = client.security.has_privileges(cluster=_CLUSTER, index=wanted)
    return bool(answer["has_all_requested"])


def _build_role(prefix: str) -> dict[str, Any]:
    return {"cluster": _CLUSTER, "indices": [{"names": [f"{prefix}-*"], "privileges": _INDICES}]}
