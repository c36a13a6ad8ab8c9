"""Warns of a note that is nearly the last one: what was said then is not said today."""

import re

from appliance.domain.note import NoteDraft

_MANY = 0.5
_AT_LEAST = 3
_SHORTEST_WORDS = 4


def copied_forward(draft: NoteDraft, last_text: str) -> tuple[str, ...]:
    """Statements that stand in the last signed note word for word; none where they are few.

    Counted are statements of four words or more; a warning is due from three of them on that make up
    half of the note.
    """
    before = {_plain(line) for line in last_text.splitlines()}
    told = [s.text for section in draft.sections for s in section.statements]
    long = [text for text in told if len(text.split()) >= _SHORTEST_WORDS]
    same = tuple(text for text in long if _plain(text) in before)
    is_much = len(same) >= _AT_LEAST and len(same) >= _MANY * len(long)
    return same if is_much else ()


def _plain(line: str) -> str:
    return " ".join(re.findall(r"\w+", line.lower()))
