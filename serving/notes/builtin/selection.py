"""How much of each role goes into a note at each verbosity, and into which section."""

from collections.abc import Iterable, Sequence

from serving.notes.builtin.items import Item
from serving.wire import Role, SectionSpec, Style, Verbosity

SPOKEN_BUDGET: dict[Verbosity, dict[Role, int]] = {
    "concise": {
        "reported": 6, "observed": 2, "intervention": 4, "response": 4, "assessment": 2, "plan": 6,
    },
    "intermediate": {
        "reported": 18, "observed": 4, "intervention": 12, "response": 12, "assessment": 5, "plan": 14,
    },
    "detailed": {
        "reported": 60, "observed": 10, "intervention": 24, "response": 24, "assessment": 12, "plan": 20,
    },
}  # fmt: skip
"""Quotes at most, by role, besides talk of risk."""

LEAST_WEIGHT: dict[Verbosity, float] = {"concise": 2.0, "intermediate": 1.2, "detailed": 0.0}
"""What an intervention in speech must show to be told."""

TYPED_LEAST_WEIGHT: dict[Verbosity, float] = {
    "concise": 0.3,
    "intermediate": -3.5,
    "detailed": -99.0,
}
"""What a typed fragment must weigh: cameras, parking and the like weigh less, a bare setting least."""

SHOWS_THE_WORK = 2.0
"""From this weight on, a question is an intervention of its own, besides what it was answered."""

CONCISE_TYPED_SHARE = 0.5
CONCISE_TYPED_AT_LEAST = 2
CONCISE_TYPED_AT_MOST = 6
"""Of a typed summary a concise note has this part by role, besides what is never left out."""

_INSTEAD: dict[Role, tuple[Role, ...]] = {
    "response": ("assessment", "reported"),
    "observed": ("reported",),
    "assessment": ("response", "reported"),
}


def select(items: Sequence[Item], verbosity: Verbosity, *, is_typed: bool) -> list[Item]:
    """The weightiest items of each role within its budget, risk and what is
    never left out always, in the order said."""
    kept: list[Item] = []
    for role in dict.fromkeys(item.role for item in items):
        of_role = [item for item in items if item.role == role and not _is_always_told(item)]
        least = TYPED_LEAST_WEIGHT if is_typed else LEAST_WEIGHT
        if is_typed or role == "intervention":
            of_role = [item for item in of_role if item.weight >= least[verbosity]]
        budget = (
            _typed_budget(len(of_role), verbosity) if is_typed else SPOKEN_BUDGET[verbosity][role]
        )
        kept += sorted(of_role, key=lambda i: (-i.weight, i.position))[:budget]
    kept += [item for item in items if _is_always_told(item)]
    return sorted(_without_twice_told(kept), key=lambda item: item.position)


def _is_always_told(item: Item) -> bool:
    return item.is_risk or item.never_left_out


def _without_twice_told(kept: list[Item]) -> list[Item]:
    """A question that is told with its answer does not stand by itself as well."""
    with_answer = {i.question[0] for i in kept if i.question is not None and i.needs_question}
    return [item for item in kept if not _is_told_with_answer(item, with_answer)]


def _is_told_with_answer(item: Item, with_answer: set[str]) -> bool:
    is_plain = item.text == "asked" and not item.answers and item.weight < SHOWS_THE_WORK
    return is_plain and item.sources[0] in with_answer


def without_twice_told(items: Sequence[Item], style: Style) -> list[Item]:
    """Within one section, a clinician's words told as a question need not be told again.

    The answer then names the method, and that homework was reviewed.
    """
    shown = {
        item.question[0]
        for item in items
        if item.question is not None and item.shows_question(style.verbosity)
    }
    return [item for item in items if not _repeats(item, shown)]


def _repeats(item: Item, shown: set[str]) -> bool:
    if (
        item.text not in ("asked", "said", "reflected", "reviewed homework")
        or item.answers
        or item.question
    ):
        return False
    asks = item.speaker in ("clinician", "unknown")
    return asks and item.sources[0] in shown


def _typed_budget(count: int, verbosity: Verbosity) -> int:
    """Only a concise note leaves out anything of what its clinician typed."""
    if verbosity != "concise":
        return count
    share = round(count * CONCISE_TYPED_SHARE)
    return min(max(share, CONCISE_TYPED_AT_LEAST), CONCISE_TYPED_AT_MOST)


def section_for(role: Role, sections: Sequence[SectionSpec], *, is_risk: bool) -> str | None:
    """Key of the section to which a role matters most; None where the format has no place for it.

    Risk always finds a place. Nothing falls back into a section that holds only what was observed.
    """
    if (key := _holding(role, sections)) is not None:
        return key
    open_sections = [s for s in sections if not s.only_observed]
    for instead in _INSTEAD.get(role, ()):
        if (key := _holding(instead, open_sections)) is not None:
            return key
    if not is_risk:
        return None
    return _holding("reported", sections) or (open_sections or list(sections))[0].key


def _holding(role: Role, sections: Iterable[SectionSpec]) -> str | None:
    ranked = [(s.holds.index(role), n, s.key) for n, s in enumerate(sections) if role in s.holds]
    return min(ranked)[2] if ranked else None


def in_section_order(items: Sequence[Item], holds: Sequence[Role]) -> list[Item]:
    """Risk first, then as said, then the observations that open a section of their own, then the
    record's facts; the plan comes last, and in it too risk first.
    """

    def place(item: Item) -> tuple[bool, bool, bool, bool, int]:
        told = item.position >= 0 or holds[:1] == (item.role,)
        return (
            item.role == "plan", not item.is_risk, item.is_from_record, not told, item.position,
        )  # fmt: skip

    return sorted(items, key=place)
