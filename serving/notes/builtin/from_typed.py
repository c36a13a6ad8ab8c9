"""From a typed summary to items: fragments, their roles, rewritten words, and where they came from."""

import re
from collections.abc import Sequence
from dataclasses import replace

from serving.notes.builtin.abbreviations import spell_out
from serving.notes.builtin.addressed import only_talk
from serving.notes.builtin.cleaning import clean
from serving.notes.builtin.items import Item, Subject
from serving.notes.builtin.pronouns import speaks_of_two, with_pronouns
from serving.notes.builtin.rewrites import rewrite
from serving.notes.builtin.risk import is_risk_talk
from serving.notes.builtin.roles import role_of, split_label
from serving.notes.builtin.sentences import (
    PROTECTED,
    outside_quotation_marks,
    split_fragments,
    split_sentences,
    unquoted,
    without_quotes,
    words_of,
)
from serving.wire import Role, Source, Style

_LONGEST = 300
OTHER_PEOPLE = re.compile(
    r"\b(?:mum|mom|mother|dad|father|parents?|wife|husband|partner|spouse|sister|brother|son|"
    r"daughter|child(?:ren)?|"
    r"kids?|boyfriend|girlfriend|bf|gf|friend|cousin|aunt|uncle|niece|nephew|grand\w+|boss|"
    r"manager|supervisor|teacher|"
    r"colleague|coworker|co-worker|roommate|flatmate|ex|doctor|gp|psychiatrist|interpreter|"
    r"neighbou?r|"
    r"step\w+|baby|landlord|lawyer|nurse|team|family)\b"
    r"|\[(?:PARTNER|PARENT|MOTHER|FATHER|CHILD|SON|DAUGHTER|FRIEND|SIBLING|SISTER|BROTHER|"
    r"PERSON|RELATIVE|SPOUSE|"
    r"EX|BOSS|COLLEAGUE|PROVIDER|FAMILY)\w*\]",
    re.IGNORECASE,
)
_LOGISTICS = re.compile(
    r"\b(?:cam(?:era)?|mic|parking|line dropped|roughly \d+ min\w* lost|connection|seen online|"
    r"traffic|brought dog|"
    r"\d+ ?min\w* late|waiting room|invoice|co-?pay)\b",
    re.IGNORECASE,
)
_WEIGHTY = re.compile(
    r"\d|\b(?:sleep|slept|mood|panic|anxi\w+|depress\w+|nightmares?|drink\w*|alcohol|cans?|"
    r"meds?|medication|mg|appetite|"
    r"goal|wants?|wanted|frightened|afraid|hopeless\w*|worthless\w*|lost|died|death|hospital|"
    r"job|work|fight|"
    r"left|leave|argu\w+|cry\w*|cried|triggers?|pain|headaches?|concentrat\w+|energy|grief|"
    r"trauma\w*|denied|"
    r"report\w+|letter|homework|diary|next|agreed|improv\w+|worse\w*|better|score)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^\W*(?:pt|ct|cl|client|patient)\W*$|\b(?:dr|mr|mrs|ms|mx|prof|st)\.$", re.IGNORECASE
)


_WORKERS = (Subject.CLINICIAN, Subject.BOTH)
_SETTING = re.compile(
    r"\bseen (?:by|via|in|over)\b|\b(?:video|telehealth|phone) (?:session|check-in|visit|wouldn't|would)\b"
    r"|^(?:[\w-]+ )?(?:session|intake|crisis call|call)(?: (?:#|no\.? ?)?\d+)?\W*$|\battended on time\b|"
    r"\blogged on\b|^(?:telehealth|video|in[- ]person|phone|office)\b.{0,20}$",
    re.IGNORECASE,
)


def items_from_typed(utterances: Sequence[Source], style: Style) -> list[Item]:
    """Every fragment of the summary as an item, in order. Nothing is left out but commands."""
    items: list[Item] = []
    heading: Role | None = None
    joined = _joined(utterances)
    are_two = speaks_of_two(text for _, text in joined)
    for utterance in joined:
        others_before = bool(items) and items[-1].names_others
        found, heading = _of_utterance(utterance, heading, style, others_before, are_two=are_two)
        items += [replace(item, position=len(items) + n) for n, item in enumerate(found)]
    return items


def _joined(utterances: Sequence[Source]) -> list[tuple[tuple[str, ...], str]]:
    """Ids and cleaned text; a lone "Pt." or question goes with what follows it."""
    joined: list[tuple[tuple[str, ...], str]] = []
    for utterance in utterances:
        text = outside_quotation_marks(clean(utterance.text), _plain_terms)
        if joined and (_BARE.search(joined[-1][1]) or _is_short_question(joined[-1][1])):
            ids, before = joined.pop()
            joined.append(((*ids, utterance.id), f"{before} {text}"))
        elif text:
            joined.append(((utterance.id,), text))
    return joined


def _plain_terms(text: str) -> str:
    """The placeholders of the two who are always there, as words that take the chosen terms."""
    return text.replace("[CLIENT]", "client").replace("[CLINICIAN]", "clinician")


def _is_short_question(text: str) -> bool:
    return text.endswith("?") and len(words_of(text)) <= 3


def _of_utterance(
    utterance: tuple[tuple[str, ...], str],
    heading: Role | None,
    style: Style,
    others_before: bool,
    *,
    are_two: bool,
) -> tuple[list[Item], Role | None]:
    ids, text = utterance
    items: list[Item] = []
    for sentence in only_talk(_with_answers(split_sentences(text))):
        label, words, opens = split_label(sentence)
        heading = label if opens else heading
        for n, fragment in enumerate(_fragments(words)):
            before = items[-1].names_others if items and n else (others_before and not items)
            labelled = (label or heading) is not None
            role = label or (_role(fragment) if heading is None else heading)
            item = _item(
                fragment,
                role,
                style,
                ids,
                others_before=before,
                begins=n == 0,
                is_labelled=labelled,
            )
            item = with_pronouns(item, style, are_two=are_two)
            items.append(_continued(item, items[-1]) if n and items else item)
    return items, heading


def _with_answers(sentences: list[str]) -> list[str]:
    """ "Guns? no." is one statement."""
    joined: list[str] = []
    for sentence in sentences:
        if joined and _is_short_question(joined[-1]):
            joined[-1] = f"{joined[-1][:-1]}: {sentence}"
        else:
            joined.append(sentence)
    return joined


def _fragments(sentence: str) -> list[str]:
    """Talk of risk stays in one piece, so that no part of it stands alone; long parts are halved."""
    whole = is_risk_talk(sentence) and len(sentence) <= _LONGEST
    parts = [sentence.rstrip(".")] if whole else split_fragments(sentence)
    return [piece for part in parts for piece in _halved(part)]


def _halved(text: str) -> list[str]:
    if len(text) <= _LONGEST:
        return [text]
    middle = len(text) // 2
    cuts = [m.end() for m in re.finditer(r"[,:] | and | but |\s", text)]
    strong = [m.end() for m in re.finditer(r", ", text)] or cuts
    if not strong:
        return [text[i : i + _LONGEST] for i in range(0, len(text), _LONGEST)]
    cut = min(strong, key=lambda at: abs(at - middle))
    if not 0 < cut < len(text):
        return [text]
    return [*_halved(text[:cut].rstrip(" ,")), *_halved(text[cut:])]


def _continued(item: Item, before: Item) -> Item:
    """ "…; will ask her GP", or only a quote, goes on about the client of the part before."""
    goes_on = item.subject is Subject.NONE and re.match(r"(?:will|plans to|agreed to)\b", item.text)
    if before.subject is not Subject.CLIENT:
        return item
    if PROTECTED.fullmatch(item.text) and item.text[0] != "[":
        return replace(item, subject=Subject.CLIENT, text=f"said {item.text}")
    return replace(item, subject=Subject.CLIENT) if goes_on else item


def _role(fragment: str) -> Role:
    return role_of(spell_out(unquoted(fragment)))


def _item(
    fragment: str,
    role: Role,
    style: Style,
    ids: tuple[str, ...],
    *,
    others_before: bool,
    begins: bool,
    is_labelled: bool,
) -> Item:
    """A sentence without a subject is the client's, as clinicians write; a later part may not be."""
    written = rewrite(fragment, role, style, client_is_clear=begins or not others_before)
    plain = unquoted(fragment)
    others = OTHER_PEOPLE.search(without_quotes(fragment)) is not None
    if role == "reported" and not is_labelled and written.subject in _WORKERS:
        role = "intervention"
    about_client = written.subject is Subject.CLIENT and not others
    return Item(
        role=role,
        text=written.text,
        subject=written.subject,
        sources=ids,
        position=0,
        weight=_weight(fragment, plain),
        is_risk=is_risk_talk(fragment),
        names_others=not about_client and (others_before or others),
        part_of=ids[0],
    )


def _weight(fragment: str, plain: str) -> float:
    weight = (
        1.0 + 0.5 * min(len(_WEIGHTY.findall(fragment)), 4) + min(len(words_of(fragment)), 14) / 14
    )
    return weight - (3.0 if _LOGISTICS.search(plain) or _SETTING.search(plain) else 0.0)
