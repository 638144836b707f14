"""The workflow of the desk's own verdicts: one table of states, acts and roles, checked here for commands and pages alike.

What readers are newly told takes two persons: one writes it, another agrees. Taking something back takes one, and its reason.
Until sign-in comes, roles are a declaration between colleagues, not protection.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from index.errors import RevisionConflictError
from index.model import CheckPoint, Person, Role, Verdict
from sankofa.errors import ActRefusedError, InputError, RoleMissingError

State = Literal["draft", "in_review", "published", "corrected", "correcting", "withdrawn", "suppressed"]
Act = Literal["draft", "submit", "approve", "return", "correct", "withdraw", "suppress"]

CHECKLIST: tuple[CheckPoint, ...] = get_args(CheckPoint)
ANYBODY: tuple[Role, ...] = ()
REVIEWERS: tuple[Role, ...] = ("checker", "editor")
EDITORS: tuple[Role, ...] = ("editor",)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An act: from which state it leads to which, who may do it, and what it takes.

    A person needs one of ``roles``, if there are any, and may not have written what is judged where ``by_another``.
    """

    act: Act
    before: State
    after: State
    roles: tuple[Role, ...] = ANYBODY
    by_another: bool = False
    needs_reason: bool = False


TABLE: tuple[Rule, ...] = (
    Rule(act="draft", before="draft", after="draft"),
    Rule(act="submit", before="draft", after="in_review"),
    Rule(act="approve", before="in_review", after="published", roles=REVIEWERS, by_another=True),
    Rule(act="return", before="in_review", after="draft", roles=REVIEWERS, needs_reason=True),
    Rule(act="correct", before="published", after="correcting", needs_reason=True),
    Rule(act="correct", before="corrected", after="correcting", needs_reason=True),
    Rule(act="approve", before="correcting", after="corrected", roles=REVIEWERS, by_another=True),
    Rule(act="return", before="correcting", after="published", roles=REVIEWERS, needs_reason=True),
    Rule(act="withdraw", before="published", after="withdrawn", roles=EDITORS, needs_reason=True),
    Rule(act="withdraw", before="corrected", after="withdrawn", roles=EDITORS, needs_reason=True),
    Rule(act="withdraw", before="correcting", after="withdrawn", roles=EDITORS, needs_reason=True),
    *(
        Rule(act="suppress", before=state, after="suppressed", roles=EDITORS, needs_reason=True)
        for state in ("draft", "in_review", "published", "corrected", "correcting", "withdrawn")
    ),
)
"""Returned, a proposed correction leaves the verdict as readers know it: published, or corrected before."""


def state_of(verdict: Verdict) -> State:
    """Return where a verdict is: ``correcting`` while a correction waits for a second person, else its status."""
    return "correcting" if verdict.proposed else verdict.status


def check_act(person: Person, verdict: Verdict, act: Act, *, reason: str = "", seen: int | None = None) -> Rule:
    """Return the rule by which *person* may do *act* to *verdict*, which they saw at revision *seen*.

    Raises:
        RevisionConflictError: It moved on since.
        ActRefusedError: It is another organisation's, or in no state for this.
        RoleMissingError: The person has none of the roles, or wrote it.
        InputError: The reason is missing.
    """
    if seen not in (None, verdict.revision):
        raise RevisionConflictError(Verdict.KIND, verdict.id, seen or 0, verdict.revision)
    if verdict.external:
        raise ActRefusedError(f"{verdict.id} is the verdict of {verdict.publisher}; only they can change it")
    rule = _find_rule(verdict, act)
    if rule is None:
        possible = ", ".join(dict.fromkeys(rule.act for rule in TABLE if rule.before == state_of(verdict))) or "nothing"
        raise ActRefusedError(
            f"{verdict.id} is {say_state(verdict)}, so that it cannot be {_DONE[act]}: {possible} is possible"
        )
    _check_person(person, verdict, rule)
    if rule.needs_reason and not reason.strip():
        raise InputError(f"to {act} {verdict.id} needs its reason: --reason TEXT")
    return rule


def list_acts(person: Person | None, verdict: Verdict) -> tuple[Rule, ...]:
    """Return what may be done with *verdict* now, in the order of the table; for nobody in particular, what anybody may."""
    rules = () if verdict.external else (rule for rule in TABLE if rule.before == state_of(verdict))
    return tuple(rule for rule in rules if person is None or not _find_hindrance(person, verdict, rule))


def say_state(verdict: Verdict) -> str:
    """Say in one word or two where a verdict is."""
    return {"in_review": "in review", "correcting": "in review for a correction"}.get(state := state_of(verdict), state)


def list_open(verdict: Verdict) -> tuple[CheckPoint, ...]:
    """Return the points of the checklist that have no answer yet; whoever reviews sees them too."""
    answered = {checked.point for checked in verdict.checklist}
    return tuple(point for point in CHECKLIST if point not in answered)


def list_authors(verdict: Verdict) -> tuple[str, ...]:
    """Return who wrote what waits for a second person."""
    return (verdict.proposed.by,) if verdict.proposed else verdict.drafted_by


def _find_rule(verdict: Verdict, act: Act) -> Rule | None:
    return next((rule for rule in TABLE if (rule.act, rule.before) == (act, state_of(verdict))), None)


def _check_person(person: Person, verdict: Verdict, rule: Rule) -> None:
    hindrance = _find_hindrance(person, verdict, rule)
    if hindrance:
        raise RoleMissingError(hindrance)


def _find_hindrance(person: Person, verdict: Verdict, rule: Rule) -> str:
    """Say why *person* may not; empty where they may."""
    if rule.by_another and person.id in list_authors(verdict):
        return f"nobody approves what they wrote: {verdict.id} needs a second person, and is by {person.id}"
    if rule.roles and not set(rule.roles) & set(person.roles):
        either = " or ".join(rule.roles)
        how = f"sankofa person change {person.id} --role {rule.roles[0]}"
        return f"{person.id} is no {either} here, which it takes to {rule.act} a verdict ({how})"
    return ""


_DONE: dict[Act, str] = {
    "draft": "drafted anew",
    "submit": "sent to review",
    "approve": "approved",
    "return": "returned",
    "correct": "corrected",
    "withdraw": "withdrawn",
    "suppress": "suppressed",
}
