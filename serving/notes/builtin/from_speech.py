"""From a transcript to items: who said what, word for word, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from serving.notes.builtin import turns
from serving.notes.builtin.addressed import only_talk
from serving.notes.builtin.cleaning import clean
from serving.notes.builtin.items import Item, Subject
from serving.notes.builtin.methods import names_an_intervention
from serving.notes.builtin.risk import follows_up_on_risk, is_risk_talk
from serving.notes.builtin.sentences import split_sentences, words_of
from serving.wire import Role, Source

_RISK_REACHES_TURNS = 3
_PLAN_REACHES_TURNS = 3
_LEAD_UP_CHARACTERS = 110


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A turn of talk, cleaned; `index` is its place."""

    id: str
    speaker: str
    text: str
    index: int

    @property
    def is_clinicians(self) -> bool:
        return self.speaker == "clinician"

    @property
    def may_ask(self) -> bool:
        """Clinicians ask; a speaker who could not be told apart may be one."""
        return self.speaker in ("clinician", "unknown")


def items_from_speech(utterances: Sequence[Source], encounter_kind: str) -> list[Item]:
    """Every turn that belongs in a note as an item; unknown speakers are never attributed."""
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
    return [replace(item, position=n) for n, item in enumerate(items)]


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
        asks_on = asks_on and turn.may_ask and turns.is_question(turn.text)
        if is_risk_talk(turn.text) or asks_on:
            reach = turn.index + _RISK_REACHES_TURNS
            risky.add(turn.index)
        elif _answers_about_risk(turn, spoken, risky):
            risky.add(turn.index)
    return risky


def _answers_about_risk(turn: Turn, spoken: list[Turn], risky: set[int]) -> bool:
    before = spoken[turn.index - 1] if turn.index else None
    if before is None or before.index not in risky or turn.is_clinicians:
        return False
    return before.may_ask and turns.holds_a_question(before.text)


def _of_turn(turn: Turn, spoken: list[Turn], at_risk: set[int]) -> tuple[list[Item], set[int]]:
    risky = turn.index in at_risk
    if not risky and (turns.is_small_talk(turn.text)):
        return [], set()
    if turn.speaker == "unknown":
        return _unattributed(turn, spoken, at_risk), set()
    if turn.is_clinicians:
        return _clinicians(turn, spoken, at_risk)
    return _clients(turn, spoken, risky), set()


def _unattributed(turn: Turn, spoken: list[Turn], at_risk: set[int]) -> list[Item]:
    """By its words alone; a question goes with the words that came after it."""
    risky = turn.index in at_risk
    question = _asked_just_before(turn, spoken)
    is_short = turns.is_back_channel(turn.text) or len(words_of(turn.text)) < 3
    if is_short and not risky:
        return []
    if turns.is_question(turn.text) and _is_answered(turn, spoken, at_risk):
        return []
    role = _role_by_words(turn.text, risky)
    item = _quote(turn, role, "", weight=turns.content_weight(turn.text), risky=risky)
    if question is None or role != "reported":
        return [item]
    return [replace(item, question=(question.id, question.text), needs_question=True)]


def _role_by_words(text: str, risky: bool) -> Role:
    if risky:
        return "reported"
    if turns.is_plan_talk(text):
        return "plan"
    if turns.is_reaction(text):
        return "response"
    is_work = names_an_intervention(text) or (
        turns.is_experiential(text) and not turns.is_question(text)
    )
    return "intervention" if is_work else "reported"


def _asked_just_before(turn: Turn, spoken: list[Turn]) -> Turn | None:
    before = spoken[turn.index - 1] if turn.index else None
    if before is None or before.speaker != "unknown" or not turns.is_question(before.text):
        return None
    return None if turns.is_small_talk(before.text) else before


def _is_answered(turn: Turn, spoken: list[Turn], at_risk: set[int]) -> bool:
    """True where the next turn will be told with this one as its question."""
    if turn.index + 1 >= len(spoken) or turns.is_plan_talk(turn.text):
        return False
    later = spoken[turn.index + 1]
    if later.speaker != "unknown" or turns.is_question(later.text):
        return False
    risky = later.index in at_risk
    tells = not turns.is_back_channel(later.text) and len(words_of(later.text)) >= 3
    is_told = (risky or tells) and not (turns.is_small_talk(later.text) and not risky)
    return is_told and _role_by_words(later.text, risky) == "reported"


def _clinicians(turn: Turn, spoken: list[Turn], at_risk: set[int]) -> tuple[list[Item], set[int]]:
    if turn.index in at_risk:
        answered = turn.index + 1 in at_risk and not spoken[turn.index + 1].is_clinicians
        if answered and turns.holds_a_question(turn.text):
            return [], set()
        if turns.is_plan_talk(turn.text) and not turns.is_question(turn.text):
            planned, heard = _planned(turn, _replies(turn, spoken, at_risk))
            return [replace(item, is_risk=True) for item in planned], heard
        return [_quote(turn, "intervention", _saying(turn.text), weight=9, risky=True)], set()
    plan, rest, is_last = _parted(turn.text)
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


def _parted(text: str) -> tuple[str, str, bool]:
    """The sentences that plan, the others, and whether the turn ends with planning.

    A question that closes a plan, and words leading up to it, belong to the plan.
    """
    sentences = split_sentences(text)
    planning = [turns.is_plan_talk(s) for s in sentences]
    if not any(planning) or (turns.asks_about_homework(text) and turns.looks_back(text)):
        return "", text, False
    for n in range(1, len(sentences)):
        follows = planning[n - 1] and len(words_of(sentences[n])) <= 8
        planning[n] = planning[n] or (follows and not turns.looks_back(sentences[n]))
    first = planning.index(True)
    lead = " ".join(sentences[:first])
    if (
        len(lead) <= _LEAD_UP_CHARACTERS
        and turns.leads_on(lead)
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
    agrees = turns.accepts(reply.text) and not turns.is_back_channel(reply.text)
    short = len(words_of(reply.text)) <= 8 and len(words_of(turn.text)) <= 30
    return not reply.is_clinicians and agrees and short and turns.leads_on(turn.text)


def _planned(turn: Turn, replies: list[Turn]) -> tuple[list[Item], set[int]]:
    """A proposal with the answers to it; a proposal that was refused is no plan."""
    refused = any(turns.refuses(r.text) for r in replies)
    if refused:
        settled = [s for s in split_sentences(turn.text) if turns.settles(s)]
        proposed = " ".join(s for s in split_sentences(turn.text) if not turns.settles(s))
        found = (
            [_agreed(replace(turn, text=" ".join(settled)), [], refused=False)] if settled else []
        )
        found.append(_agreed(replace(turn, text=proposed or turn.text), replies, refused=True))
        return found, {r.index for r in replies}
    telling = [r for r in replies if _adds_to_a_plan(r, turn)]
    heard = {r.index for r in replies if turns.is_back_channel(r.text)}
    return [_agreed(turn, telling, refused=False)], {r.index for r in telling} | heard


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
        return False
    return asked or turns.accepts(reply.text) or turns.is_own_plan(reply.text)


def _worked(turn: Turn) -> Item | None:
    """What the clinician saw, measured or did; plain questions count little, asides nothing."""
    text = turn.text
    reviews = turns.asks_about_homework(text)
    if turns.is_back_channel(text) or (len(words_of(text)) < 4 and not reviews):
        return None
    if turns.says_what_is_seen(text):
        return _quote(turn, "observed", _saying(text), weight=4)
    if turns.reports_a_measure(text) and not turns.is_question(text.split("?")[-1] or text):
        return _quote(turn, "assessment", _saying(text), weight=4)
    weight = turns.intervention_weight(text) + (2.0 if names_an_intervention(text) else 0.0)
    weight += min(turns.content_weight(text), 3) / 4
    return _quote(turn, "intervention", _saying(text), weight=weight)


def _saying(text: str) -> str:
    if turns.asks_about_homework(text) and turns.is_question(text):
        return "reviewed homework"
    if turns.is_question(text):
        return "asked"
    return "reflected" if turns.reflects(text) else "said"


def _clients(turn: Turn, spoken: list[Turn], risky: bool) -> list[Item]:
    before = _question_before(turn, spoken)
    asked = before is not None and turns.holds_a_question(before.text)
    back_channel = turns.is_back_channel(turn.text)
    weight = turns.content_weight(turn.text) - (2.0 if back_channel else 0.0)
    reacts = turns.is_reaction(turn.text)
    says_little = back_channel or (len(words_of(turn.text)) <= 6 and weight < 0.9 and not reacts)
    if not risky and says_little and not (asked and _has_content(before)):
        return []
    if not risky and weight < 1.5 and before is not None and turns.is_small_talk(before.text):
        return []
    role = _clients_role(turn, before, risky, near_plan=_near_plan(turn, spoken))
    item = _quote(turn, role, "said", weight=weight, risky=risky)
    if before is None or not (asked or (reacts and len(words_of(turn.text)) <= 6)):
        return [item]
    needed = risky or not asked or turns.answers_a_question(turn.text) or role == "plan"
    return [replace(item, question=(before.id, before.text), needs_question=needed)]


def _near_plan(turn: Turn, spoken: list[Turn]) -> bool:
    recent = spoken[max(0, turn.index - _PLAN_REACHES_TURNS) : turn.index]
    return any(t.is_clinicians and _parted(t.text)[0] for t in recent)


def _question_before(turn: Turn, spoken: list[Turn]) -> Turn | None:
    before = spoken[turn.index - 1] if turn.index else None
    return before if before is not None and before.is_clinicians else None


def _has_content(turn: Turn | None) -> bool:
    return (
        turn is not None
        and turns.content_weight(turn.text) >= 0.8
        and not turns.is_small_talk(turn.text)
    )


def _clients_role(turn: Turn, before: Turn | None, risky: bool, *, near_plan: bool) -> Role:
    if risky:
        return "reported"
    if near_plan and turns.is_own_plan(turn.text):
        return "plan"
    if turns.is_reaction(turn.text):
        return "response"
    if before is not None and turns.is_experiential(before.text):
        return "response"
    return "reported"


def _quote(turn: Turn, role: Role, saying: str, *, weight: float, risky: bool = False) -> Item:
    subject = {"clinician": Subject.CLINICIAN, "client": Subject.CLIENT}.get(
        turn.speaker, Subject.NONE
    )
    return Item(
        role=role,
        text=saying,
        subject=subject,
        speaker=turn.speaker,
        quotes=(turn.text,),
        sources=(turn.id,),
        position=0,
        weight=weight,
        is_risk=risky,
    )
