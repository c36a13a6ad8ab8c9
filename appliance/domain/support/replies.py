"""Questions and their answers: "no" takes back what was asked, "yes" affirms it."""

from collections.abc import Sequence
from typing import Final

from appliance.domain.support.clauses import Reading
from appliance.domain.support.verdict import Line

_NO: Final = frozenset("no nope nah never not none".split())


def answered(said: list[Reading], lines: Sequence[Line]) -> list[Reading]:
    """The lines with each question's words negated where the next line answers no."""
    for asked, reply, line in zip(said, said[1:], lines, strict=False):
        if not line.text.rstrip().endswith("?"):
            continue
        asked.is_question = True
        if _opens_with(reply, _NO) or _bare_no(reply):
            for word in asked.words:
                word.negated = True
            for frame in asked.frames:
                frame.negated = True
    return said


def _opens_with(reply: Reading, words: frozenset[str]) -> bool:
    return bool(reply.words) and reply.words[0].text in words and reply.words[0].text != "not"


def _bare_no(reply: Reading) -> bool:
    """A clause that is nothing but "no", or "so no"."""
    return any(
        {word.text for word in clause.words} <= {"no", "so", "well", "oh"}
        and any(word.text == "no" for word in clause.words)
        for clause in reply.clauses
    )
