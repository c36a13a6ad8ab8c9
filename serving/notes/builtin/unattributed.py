"""Talk whose speakers could not be told apart: placed by its words alone, never attributed.

A question goes with the words that came after it, and a plan with the answer to it.
"""

from collections.abc import Sequence
from dataclasses import replace

from serving.notes.builtin import asking, plan_talk, turns
from serving.notes.builtin.items import Item, Turn, quoted_item
from serving.notes.builtin.methods import names_an_intervention
from serving.notes.builtin.sentences import words_of
from serving.wire import Role

_PLAN_REACHES_TURNS = 3
_REPLIES = 3
_ANSWER_WORDS = 30
_WORK_WEIGHT = 2.0


def unattributed(
    turn: Turn, spoken: Sequence[Turn], at_risk: set[int]
) -> tuple[list[Item], set[int]]:
    """The items that a turn makes, and the later turns that are told with it."""
    risky = turn.index in at_risk
    if _is_planning(turn):
        item, taken = _planned(turn, spoken, at_risk)
        return [replace(item, is_risk=risky)], taken
    if _asks(turn):
        return _asked(turn, spoken, at_risk), set()
    before = _before(turn, spoken)
    if not risky and not _tells(turn, before):
        return [], set()
    role: Role = "reported" if risky else _role(turn, spoken)
    weight = turns.content_weight(turn.text) + (_WORK_WEIGHT if role == "intervention" else 0)
    item = quoted_item(turn, role, "said", weight=weight, risky=risky)
    if before is None or role == "intervention" or not _is_answered_by(before, turn):
        return [item], set()
    needed = risky or turns.needs_its_question(turn.text)
    return [replace(item, question=(before.id, before.text), needs_question=needed)], set()


def _asked(turn: Turn, spoken: Sequence[Turn], at_risk: set[int]) -> list[Item]:
    """A question of its own: one that shows the work, one about oneself, or risk unanswered."""
    answered = _is_told_with_its_answer(turn, spoken, at_risk)
    if turn.index in at_risk:
        return [] if answered else [quoted_item(turn, "reported", "asked", weight=9, risky=True)]
    if shows_work(turn):
        weight = _WORK_WEIGHT + turns.content_weight(turn.text) / 2
        return [quoted_item(turn, "intervention", "asked", weight=weight)]
    if answered or not asking.asks_about_oneself(turn.text):
        return []
    return [quoted_item(turn, "reported", "asked", weight=turns.content_weight(turn.text))]


def _is_told_with_its_answer(turn: Turn, spoken: Sequence[Turn], at_risk: set[int]) -> bool:
    after = _after(turn, spoken)
    if after is None or not _is_answered_by(turn, after):
        return False
    return after.index in at_risk or _tells(after, turn)


def _planned(turn: Turn, spoken: Sequence[Turn], at_risk: set[int]) -> tuple[Item, set[int]]:
    """A plan with the answers to it; one that was refused is a response and no plan."""
    saying = "asked" if asking.is_question(turn.text) else "said"
    weight = 3 + turns.content_weight(turn.text)
    if plan_talk.is_own_plan(turn.text):
        return quoted_item(turn, "plan", saying, weight=weight), set()
    replies: list[Turn] = []
    for later in spoken[turn.index + 1 : turn.index + 1 + _REPLIES]:
        answers = saying == "asked" and not replies and _answers_a_plan(later)
        if later.index in at_risk or not (answers or _replies_to_a_plan(later)):
            break
        replies.append(later)
    refused = plan_talk.is_refused([r.text for r in replies])
    item = replace(
        quoted_item(turn, "response" if refused else "plan", saying, weight=weight),
        answers=tuple((r.speaker, r.text) for r in replies),
        sources=(turn.id, *(r.id for r in replies)),
    )
    return item, {r.index for r in replies}


def _answers_a_plan(turn: Turn) -> bool:
    is_short = turn.is_unattributed and len(words_of(turn.text)) <= _ANSWER_WORDS
    return is_short and not (_asks(turn) or turns.is_small_talk(turn.text) or _is_planning(turn))


def _replies_to_a_plan(turn: Turn) -> bool:
    replies = (
        plan_talk.accepts(turn.text)
        or plan_talk.is_own_plan(turn.text)
        or plan_talk.refuses(turn.text)
    )
    is_other = turns.is_small_talk(turn.text) or asking.is_question(turn.text)
    return turn.is_unattributed and replies and not is_other and not plan_talk.proposes(turn.text)


def _is_planning(turn: Turn) -> bool:
    return plan_talk.proposes(turn.text) and not asking.is_own_report(turn.text)


def _role(turn: Turn, spoken: Sequence[Turn]) -> Role:
    recent = spoken[max(0, turn.index - _PLAN_REACHES_TURNS) : turn.index]
    if plan_talk.is_own_plan(turn.text) and any(_is_planning(t) for t in recent):
        return "plan"
    if turns.says_what_is_seen(turn.text):
        return "observed"
    if turns.is_reaction(turn.text):
        return "response"
    if shows_work(turn):
        return "intervention"
    before = _before(turn, spoken)
    if before is None or turns.asks_about_homework(before.text):
        return "reported"
    return "response" if shows_work(before) else "reported"


def shows_work(turn: Turn) -> bool:
    """The words of someone who treats: not told of oneself."""
    if asking.is_own_report(turn.text):
        return False
    return turns.shows_work(turn.text) or names_an_intervention(turn.text)


def _asks(turn: Turn) -> bool:
    return asking.is_question(turn.text) or asking.prompts(turn.text)


def _is_answered_by(turn: Turn, after: Turn) -> bool:
    """A question, or an invitation to do something, answered by what was said next."""
    if turns.is_small_talk(turn.text) or _is_planning(turn) or _asks(after):
        return False
    return _asks(turn) or (shows_work(turn) and not shows_work(after))


def _tells(turn: Turn, before: Turn | None) -> bool:
    """Words with content, or a short answer to a question that has some."""
    if turns.is_small_talk(turn.text):
        return False
    if not turns.is_back_channel(turn.text) and len(words_of(turn.text)) >= 3:
        return True
    if before is None or not _asks(before) or turns.only_listens(turn.text):
        return False
    return turns.content_weight(before.text) >= 0.8 or turns.asks_to_rate(before.text)


def _before(turn: Turn, spoken: Sequence[Turn]) -> Turn | None:
    before = spoken[turn.index - 1] if turn.index else None
    return before if before is not None and before.is_unattributed else None


def _after(turn: Turn, spoken: Sequence[Turn]) -> Turn | None:
    after = spoken[turn.index + 1] if turn.index + 1 < len(spoken) else None
    return after if after is not None and after.is_unattributed else None
