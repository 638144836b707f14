"""May we connect? Resolve the name of an address once and judge every answer."""

import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawlers.errors import AddressForbiddenError, SourceUnavailableError
from crawlers.networks import Address as Answer
from crawlers.networks import Network, explain_refusal, is_allowed, parse_answer
from index.addresses import Address

WEB_PORTS = frozenset({80, 443})

Resolver = Callable[[str], Sequence[str]]


def resolve(host: str) -> list[str]:
    """Ask the system's resolver for every address of *host*, in its order of preference.

    Raises:
        OSError: The name cannot be resolved.
    """
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Who may be connected to: public addresses on the web's ports, and ``allowed_networks`` on any port."""

    allowed_networks: tuple[Network, ...] = ()
    allowed_ports: frozenset[int] = WEB_PORTS
    resolver: Resolver = resolve

    def admit(self, address: Address, timeout_seconds: float) -> tuple[Answer, ...]:
        """Return the checked internet addresses behind *address*: connect to them, and do not ask the name again.

        Raises:
            AddressForbiddenError: One of the answers is not public, or the port is not allowed.
            SourceUnavailableError: The name has no address.
        """
        answers = (address.literal,) if address.literal else self._resolve(address, timeout_seconds)
        strangers = [answer for answer in answers if not is_allowed(answer, self.allowed_networks)]
        for answer in strangers:
            if why := explain_refusal(answer):
                where = "" if address.literal else f" ({answer})"
                raise AddressForbiddenError(address.url, f"the address is not public{where}: {why}")
        if strangers and address.port not in self.allowed_ports:
            raise AddressForbiddenError(address.url, f"port {address.port} is not a port of the web")
        return answers

    def _resolve(self, address: Address, timeout_seconds: float) -> tuple[Answer, ...]:
        try:
            answers = _call_within(timeout_seconds, self.resolver, address.host)
        except (OSError, UnicodeError) as error:
            message = f"{address.url}: the name {address.host} cannot be resolved ({error})"
            raise SourceUnavailableError(message) from error
        if not answers:
            raise SourceUnavailableError(f"{address.url}: the name {address.host} has no address")
        try:
            return tuple(parse_answer(answer) for answer in answers)
        except ValueError as error:
            raise AddressForbiddenError(address.url, f"the resolver answers nonsense: {error}") from error


def _call_within(timeout_seconds: float, resolver: Resolver, host: str) -> Sequence[str]:
    """Call the resolver in a thread of its own, since the system's has no time limit."""
    answers: list[Sequence[str]] = []
    failures: list[Exception] = []

    def ask() -> None:
        try:
            answers.append(resolver(host))
        except (OSError, UnicodeError) as error:
            failures.append(error)

    thread = threading.Thread(target=ask, name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(timeout_seconds)
    if failures:
        raise failures[0]
    if not answers:
        raise TimeoutError("no answer in time")
    return answers[0]
