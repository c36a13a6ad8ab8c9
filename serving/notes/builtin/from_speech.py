"""From a transcript to items: who said what, word for word, and what it answers."""

from collections.abc import Sequence
from dataclasses import replace

from serving.notes.builtin import asking, plan_talk, turns
from serving.notes.builtin.addressed import only_talk
from serving.notes.builtin.cleaning import clean
from serving.notes.builtin.items import Item, Subject, Turn, quoted_item
from serving.notes.builtin.methods import names_an_intervention
from serving.notes.builtin.risk import follows_up_on_risk, is_risk_talk
from serving.notes.builtin.sentences import split_sentences, words_of
from serving.notes.builtin.techniques import EXPLORING, TOLD_IN_PLANS, techniques_of
from serving.notes.builtin.unattributed import shows_work, unattributed
from serving.wire import Role, Source

_RISK_REACHES_TURNS = 3
_LEAST_WORDS = 3
_TELLING = 1.5
_LONG_QUESTION_WORDS = 8
_ASKED = 1.2
_PLAN_REACHES_TURNS = 3
_LEAD_UP_CHARACTERS = 110
_NAMED_WORK = 2.2
"""What a named piece of work weighs at least."""
_CLOSING_SHARE, _LATE_SHARE = 0.5, 0.65
"""From where on in the talk a plan is likely: the later half, and in any case the last third."""
_CLOSING_REPLY_WORDS, _ANSWERING = 30, 2


def items_from_speech(
    utterances: Sequence[Source], encounter_kind: str, methods: Sequence[str] = ()
) -> list[Item]:
    """Every turn that belongs in a note as an item; unknown speakers are never attributed.

    `methods`: those the clinician chose, whose interventions may be named.
    """
    spoken = _turns(utterances, encounter_kind)
    at_risk = _risk_turns(spoken)
    items: list[Item] = []
    used: set[int] = set()
    for turn in spoken:
        if turn.index in used:
            continue
        found, taken = _of_turn(turn, spoken, at_risk)
        items += found
        used |= taken
    names = _techniques(spoken, at_risk, methods, encounter_kind)
    return [_named(replace(item, position=n), names) for n, item in enumerate(items)]


def _techniques(
    spoken: list[Turn], at_risk: set[int], methods: Sequence[str], kind: str
) -> dict[str, tuple[str, ...]]:
    """What each turn of the clinician's (or of who may be the clinician) does, by its id."""
    names: dict[str, tuple[str, ...]] = {}
    for turn in spoken:
        works = turn.is_unattributed and (asking.is_question(turn.text) or shows_work(turn))
        if turn.is_clinicians or works:
            before = spoken[turn.index - 1].text if turn.index else ""
            names[turn.id] = techniques_of(
                turn.text, before, methods, kind, is_at_risk=turn.index in at_risk
            )
    return names


def _named(item: Item, names: dict[str, tuple[str, ...]]) -> Item:
    """The item with its technique; what names more than exploring is kept, with its answer."""
    own = names.get(item.sources[0], ())
    if item.role == "plan":
        own = tuple(name for name in own if name in TOLD_IN_PLANS)
    asked = names.get(item.question[0], ()) if item.question is not None else ()
    tells_work = bool(own) and own != (EXPLORING,) and "?" not in item.quotes[0]
    least = _NAMED_WORK if tells_work else 0.0
    if own and len(words_of(item.quotes[0])) >= _LONG_QUESTION_WORDS:
        least = max(least, _ASKED)
    return replace(
        item,
        techniques=own,
        question_techniques=asked,
        needs_question=item.needs_question or (bool(asked) and asked != (EXPLORING,)),
        weight=max(item.weight, least),
    )


def _turns(utterances: Sequence[Source], encounter_kind: str) -> list[Turn]:
    has_client = any(u.speaker == "client" for u in utterances)
    kept: list[Turn] = []
    seen: set[tuple[str, str]] = set()
    for utterance in utterances:
        if encounter_kind == "group" and has_client and utterance.speaker == "member":
            continue
        text = " ".join(only_talk(split_sentences(clean(utterance.text))))
        key = (utterance.speaker, " ".join(words_of(text)))
        if not words_of(text) or (key in seen and len(key[1].split()) > 3):
            continue
        seen.add(key)
        kept.append(Turn(id=utterance.id, speaker=utterance.speaker, text=text, index=len(kept)))
    return kept


def _risk_turns(spoken: list[Turn]) -> set[int]:
    """Turns that are talk of risk, and the questions and answers that carry it on."""
    risky: set[int] = set()
    reach = -1
    for turn in spoken:
        asks_on = turn.index <= reach and follows_up_on_risk(turn.text)
        asks_on = asks_on and turn.may_ask and asking.is_question(turn.text)
        if is_risk_talk(turn.text) or asks_on:
            reach = turn.index + _RISK_REACHES_TURNS
            risky.add(turn.index)
        elif _answers_about_risk(turn, spoken, risky):
            reach = max(reach, turn.index + _RISK_REACHES_TURNS)
            risky.add(turn.index)
    return risky


def _answers_about_risk(turn: Turn, spoken: list[Turn], risky: set[int]) -> bool:
    before = spoken[turn.index - 1] if turn.index else None
    if before is None or before.index not in risky or turn.is_clinicians:
        return False
    return before.may_ask and turns.holds_a_question(before.text)


def _of_turn(turn: Turn, spoken: list[Turn], at_risk: set[int]) -> tuple[list[Item], set[int]]:
    risky = turn.index in at_risk
    if not risky and turns.is_small_talk(turn.text):
        return [], set()
    if turn.is_unattributed:
        return unattributed(turn, spoken, at_risk)
    if turn.is_clinicians:
        return _clinicians(turn, spoken, at_risk)
    return _clients(turn, spoken, risky), set()


def _clinicians(turn: Turn, spoken: list[Turn], at_risk: set[int]) -> tuple[list[Item], set[int]]:
    if turn.index in at_risk:
        if _plans_at_risk(turn, spoken):
            planned, heard = _planned(turn, _replies(turn, spoken, set()))
            return [replace(item, is_risk=True) for item in planned], heard
        answered = turn.index + 1 in at_risk and not spoken[turn.index + 1].is_clinicians
        if answered and turns.holds_a_question(turn.text):
            return [], set()
        return [quoted_item(turn, "intervention", _saying(turn.text), weight=9, risky=True)], set()
    plan, rest, is_last = _parted(turn.text, is_closing=_is_closing(turn, spoken))
    found: list[Item] = []
    used: set[int] = set()
    if not plan and _closes_a_plan(turn, spoken):
        plan, rest, is_last = turn.text, "", True
    if plan:
        replies = _replies(turn, spoken, at_risk) if is_last else []
        found, used = _planned(replace(turn, text=plan), replies)
    if rest and (item := _worked(replace(turn, text=rest))) is not None:
        found.append(item)
    return found, used


def _plans_at_risk(turn: Turn, spoken: list[Turn]) -> bool:
    """A safety plan in the making: what is agreed, or asked for, to keep somebody safe."""
    if plan_talk.is_plan_talk(turn.text) and not asking.is_question(turn.text):
        return True
    return plan_talk.asks_for_a_safe_step(turn.text) or (
        _is_closing(turn, spoken) and plan_talk.may_plan_at_the_end(turn.text)
    )


def _is_late(turn: Turn, spoken: list[Turn]) -> bool:
    return turn.index >= _LATE_SHARE * len(spoken)


def _is_closing(turn: Turn, spoken: list[Turn]) -> bool:
    """Late, or in the later half once a plan has been talked of."""
    if _is_late(turn, spoken):
        return True
    begins = round(_CLOSING_SHARE * len(spoken))
    return any(_parted(t.text)[0] for t in spoken[begins : turn.index] if t.is_clinicians)


def _parted(text: str, *, is_closing: bool = False) -> tuple[str, str, bool]:
    """The sentences that plan, the others, and whether the turn ends with planning.

    A question that closes a plan, and words leading up to it, belong to the plan.
    """
    sentences = split_sentences(text)
    planning = [
        plan_talk.is_plan_talk(s) or (is_closing and plan_talk.may_plan_at_the_end(s))
        for s in sentences
    ]
    if not any(planning) or (turns.asks_about_homework(text) and turns.looks_back(text)):
        return "", text, False
    for n in range(1, len(sentences)):
        follows = planning[n - 1] and len(words_of(sentences[n])) <= 8
        planning[n] = planning[n] or (follows and not turns.looks_back(sentences[n]))
    first = planning.index(True)
    lead = " ".join(sentences[:first])
    if (
        len(lead) <= _LEAD_UP_CHARACTERS
        and plan_talk.leads_on(lead)
        and not turns.is_experiential(lead)
    ):
        planning[:first] = [True] * first
    chosen = [s for s, plans in zip(sentences, planning, strict=True) if plans]
    others = [s for s, plans in zip(sentences, planning, strict=True) if not plans]
    return " ".join(chosen), " ".join(others), planning[-1]


def _closes_a_plan(turn: Turn, spoken: list[Turn]) -> bool:
    """ "Half six on Monday, even so." – "Okay, you win." just after a plan."""
    recent = [t for t in spoken[max(0, turn.index - 4) : turn.index] if t.is_clinicians]
    if not any(_parted(t.text)[0] for t in recent) or turn.index + 1 >= len(spoken):
        return False
    reply = spoken[turn.index + 1]
    agrees = plan_talk.accepts(reply.text) and not turns.is_back_channel(reply.text)
    short = len(words_of(reply.text)) <= 8 and len(words_of(turn.text)) <= 30
    return not reply.is_clinicians and agrees and short and plan_talk.leads_on(turn.text)


def _planned(turn: Turn, replies: list[Turn]) -> tuple[list[Item], set[int]]:
    """A proposal with the answers to it; a proposal that was refused is no plan."""
    if plan_talk.is_refused([r.text for r in replies]):
        settled = [s for s in split_sentences(turn.text) if plan_talk.settles(s)]
        proposed = " ".join(s for s in split_sentences(turn.text) if not plan_talk.settles(s))
        found = (
            [_agreed(replace(turn, text=" ".join(settled)), [], refused=False)] if settled else []
        )
        found.append(_agreed(replace(turn, text=proposed or turn.text), replies, refused=True))
        return found, {r.index for r in replies}
    if replies and plan_talk.counters(replies[0].text) and asking.is_question(turn.text):
        turned_down = _agreed(turn, replies[:1], refused=True)
        instead = quoted_item(replies[0], "plan", "proposed instead", weight=_NAMED_WORK)
        return [turned_down, instead], {replies[0].index}
    telling = [r for r in replies if _adds_to_a_plan(r, turn)]
    heard = [r for r in replies if turns.is_back_channel(r.text) and r not in telling]
    agreed = _agreed(turn, telling, refused=False)
    agreed = replace(agreed, sources=(*agreed.sources, *(r.id for r in heard)))
    return [agreed], {r.index for r in (*telling, *heard)}


def _agreed(turn: Turn, telling: list[Turn], *, refused: bool) -> Item:
    saying = "asked" if turns.holds_a_question(turn.text) else "said"
    return Item(
        role="response" if refused else "plan",
        text="proposed" if refused else saying,
        subject=Subject.CLINICIAN,
        speaker="clinician",
        quotes=(turn.text,),
        answers=tuple((r.speaker, r.text) for r in telling),
        sources=(turn.id, *(r.id for r in telling)),
        position=0,
        weight=3 + turns.content_weight(turn.text) + (1.5 if telling else 0),
    )


def _replies(turn: Turn, spoken: list[Turn], at_risk: set[int]) -> list[Turn]:
    replies: list[Turn] = []
    for later in spoken[turn.index + 1 : turn.index + 4]:
        if later.is_clinicians or later.speaker == "unknown" or later.index in at_risk:
            break
        replies.append(later)
    return replies


def _adds_to_a_plan(reply: Turn, turn: Turn) -> bool:
    asked = turns.holds_a_question(turn.text)
    if turns.is_back_channel(reply.text) and not asked:
        return plan_talk.accepts(reply.text) and reply.index == turn.index + 1
    is_short = len(words_of(reply.text)) <= _CLOSING_REPLY_WORDS
    follows = (
        reply.index <= turn.index + _ANSWERING and is_short and not asking.is_question(reply.text)
    )
    return asked or follows or plan_talk.accepts(reply.text) or plan_talk.is_own_plan(reply.text)


def _worked(turn: Turn) -> Item | None:
    """What the clinician saw, measured or did; plain questions count little, asides nothing."""
    text = turn.text
    reviews = turns.asks_about_homework(text)
    if turns.is_back_channel(text) or (len(words_of(text)) < _LEAST_WORDS and not reviews):
        return None
    if turns.says_what_is_seen(text):
        return quoted_item(turn, "observed", _saying(text), weight=4)
    if turns.reports_a_measure(text) and not asking.is_question(text.split("?")[-1] or text):
        return quoted_item(turn, "assessment", _saying(text), weight=4)
    weight = turns.intervention_weight(text) + (2.0 if names_an_intervention(text) else 0.0)
    weight += min(turns.content_weight(text), 3) / 4
    return quoted_item(turn, "intervention", _saying(text), weight=weight)


def _saying(text: str) -> str:
    if turns.asks_about_homework(text) and asking.is_question(text):
        return "reviewed homework"
    if asking.is_question(text):
        return "asked"
    return "reflected" if turns.reflects(text) else "said"


def _clients(turn: Turn, spoken: list[Turn], risky: bool) -> list[Item]:
    before = _question_before(turn, spoken)
    asked = before is not None and turns.holds_a_question(before.text)
    back_channel = turns.is_back_channel(turn.text)
    weight = turns.content_weight(turn.text) - (2.0 if back_channel else 0.0)
    reacts = turns.is_reaction(turn.text)
    says_little = back_channel or (len(words_of(turn.text)) <= 6 and weight < 0.9 and not reacts)
    if not risky and says_little and not _draws_an_answer(before):
        return []
    asked_last = split_sentences(before.text)[-1] if before is not None else ""
    if not risky and weight < _TELLING and turns.is_small_talk(asked_last):
        return []
    role = _clients_role(
        turn, before, risky, near_plan=_near_plan(turn, spoken) or _is_late(turn, spoken)
    )
    item = quoted_item(turn, role, "said", weight=weight, risky=risky)
    if before is None or not (asked or (reacts and len(words_of(turn.text)) <= 6)):
        return [item]
    needed = risky or not asked or role == "plan" or turns.needs_its_question(turn.text)
    return [replace(item, question=(before.id, before.text), needs_question=needed)]


def _invites(turn: Turn) -> bool:
    """Words of the work itself, so that what follows is the response to it."""
    looks_back = turns.asks_about_homework(turn.text)
    works = turns.examines(turn.text) or names_an_intervention(turn.text)
    return turns.is_experiential(turn.text) or (works and not looks_back)


def _near_plan(turn: Turn, spoken: list[Turn]) -> bool:
    recent = spoken[max(0, turn.index - _PLAN_REACHES_TURNS) : turn.index]
    return any(t.is_clinicians and _parted(t.text)[0] for t in recent)


def _question_before(turn: Turn, spoken: list[Turn]) -> Turn | None:
    before = spoken[turn.index - 1] if turn.index else None
    return before if before is not None and before.is_clinicians else None


def _draws_an_answer(turn: Turn | None) -> bool:
    """Even a word in answer tells something: "Any drinking?", "Touch it." – "Ninety."."""
    if turn is None or turns.is_small_talk(turn.text):
        return False
    if not turns.holds_a_question(turn.text):
        return turns.is_experiential(turn.text)
    return _invites(turn) or turns.content_weight(turn.text) >= 0.8 or turns.asks_to_rate(turn.text)


def _clients_role(turn: Turn, before: Turn | None, risky: bool, *, near_plan: bool) -> Role:
    if risky:
        return "reported"
    if near_plan and plan_talk.is_own_plan(turn.text) and not plan_talk.refuses(turn.text):
        return "plan"
    if turns.is_reaction(turn.text):
        return "response"
    if before is not None and _invites(before):
        return "response"
    return "reported"
