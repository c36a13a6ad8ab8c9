"""Puts items into sentences: who said or did it, pronouns, joining, and a clean end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from serving.notes.builtin.asking import is_question
from serving.notes.builtin.items import Item, Subject
from serving.notes.builtin.methods import find_method
from serving.notes.builtin.quoting import closing_question, quote, unstopped
from serving.notes.builtin.sentences import PROTECTED
from serving.notes.builtin.techniques import ASKING_ABOUT_RISK, EXPLORING
from serving.notes.builtin.turns import asks_about_homework
from serving.wire import Role, Statement, Style, Verbosity

LONGEST_STATEMENT = 400
_QUOTE_LIMIT: dict[Verbosity, int] = {"concise": 130, "intermediate": 220, "detailed": 320}
_QUESTION_LIMIT = 120
_LEAD_LIMIT = 80
_PAIR_LIMIT = 150
_JOINED_LIMIT = 240
_JOINED: dict[Verbosity, int] = {"concise": 3, "intermediate": 2, "detailed": 1}
_TYPED_JOINED: dict[Verbosity, int] = {"concise": 4, "intermediate": 3, "detailed": 1}
_PRONOUNS_IN_A_ROW = 2
_SPEAKERS = {"member": "group member", "unknown": ""}
_CLIENT = (Subject.CLIENT, "client")
_NOT_DONE = re.compile(r"\b(?:not|no|never|without|declined|refused)\b", re.IGNORECASE)
_SHORT = 70
_REACHES_ON = re.compile(
    r"[,;:\"“'‘(]|\b(?:not|no|never|without|denied|nothing|and|or|but|because|if|when|while|after|before|"
    r"until|unless|since(?! last)|that|who|which|although|though|than|then|as|reported|said|stated|"
    r"told|asked|thought|felt|believed|wants?|wanted|hoped|agreed|planned|plans|lives|works"
    r"|is|likes|needs)\b",
    re.IGNORECASE,
)
_AGREEING = re.compile(r"^(?:was|is|has|does|lives|works|likes|needs|drinks|smokes|plans)\b")
_PLURAL = {"was": "were", "is": "are", "has": "have", "does": "do"}
_SAFE_TO_LOWER = frozenset(
    """
    no not next see she he they her his their risk mood sleep speech affect energy appetite some good
    poor low high also husband wife partner mum mom mother dad father parents brother sister son
    daughter boss job work school headaches nightmares panic anxiety alcohol coffee funeral phone
    homework diary walk check-in text follow-up continue practise practice will reported denied
    discussed importance confidence used started treatment did was had has is interpreter's interpreter
    guns insight judgement judgment eye target review same agreed weight pain grief guilt concentration
    session client's return goals set
    grades urges took trigger triggers identified provisional gave talked touched called vulnerability
    prompting problem-solved encouraged considered assigned relapsed wife's husband's mom's dad's
    practice cousin friend children kids money still feels felt less more very two three new
    """.split()  # noqa: SIM905 - a list of words reads as words
)
_SAID = ("said", "also said")
_UNATTRIBUTED = {
    "said": ("Said in session", "Also said"),
    "asked": ("Asked in session", "Also asked"),
}


@dataclass
class _Telling:
    """What has been told so far in a section, for pronouns and repeated labels."""

    last_subject: Subject | str = Subject.NONE
    others_named: bool = True
    pronouns_in_a_row: int = 0
    said: int = 0
    plan_labelled: bool = False
    holds_work: bool = False


class Phrasing:
    """Writes one draft's statements in a clinician's chosen style."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._methods_named: set[tuple[str, str]] = set()

    def statements(self, items: list[Item], holds: tuple[Role, ...]) -> list[Statement]:
        """One statement a group of items that belong together, in order."""
        telling = _Telling(holds_work="intervention" in holds)
        told = []
        for group in self._groups(items):
            text, sources = self._tell(group, telling, holds)
            told.append(Statement(text=finish(text), sources=sources))
        return told

    def _groups(self, items: list[Item]) -> list[list[Item]]:
        groups: list[list[Item]] = []
        for item in items:
            if groups and self._joins(groups[-1], item):
                groups[-1].append(item)
            else:
                groups.append([item])
        return groups

    def _joins(self, group: list[Item], item: Item) -> bool:
        last, verbosity = group[-1], self._style.verbosity
        stands_alone = any(i.is_risk or i.is_from_record for i in (last, item))
        if verbosity == "detailed" or item.role != last.role or stands_alone:
            return False
        limit = _QUOTE_LIMIT[verbosity]
        length = sum(min(len(i.text) + sum(map(len, i.quotes)), limit) for i in [*group, item])
        most = _JOINED[verbosity] if item.quotes else _TYPED_JOINED[verbosity]
        if length > _JOINED_LIMIT or len(group) >= most:
            return False
        if item.quotes:
            return _same_saying(last, item, verbosity)
        if item.part_of == last.part_of:
            return True
        return len(group) == 1 and _takes_and(last, item)

    def _tell(
        self, group: list[Item], telling: _Telling, holds: tuple[Role, ...]
    ) -> tuple[str, tuple[str, ...]]:
        if group[0].quotes:
            text, asked = self._spoken(group, telling)
        else:
            text, asked = self._typed(group, telling), ()
        if group[0].role == "plan" and len(holds) > 1 and not telling.plan_labelled:
            telling.plan_labelled = True
            text = (
                text
                if re.match(r"(?:plan|homework|next)\b", text, re.IGNORECASE)
                else f"Plan: {self._mid(text) if group[0].quotes else text}"
            )
        sources = (*asked, *(s for item in group for s in item.sources))
        return text, tuple(dict.fromkeys(sources))

    # Typed ----------------------------------------------------------------------------------------

    def _typed(self, group: list[Item], telling: _Telling) -> str:
        parts = [self._typed_part(group[0], telling, joined_to=None)]
        for before, item in pairwise(group):
            parts.append(self._typed_part(item, telling, joined_to=before))
        if len(group) == 2 and _takes_and(*group):
            return " and ".join(parts)
        ends = [re.sub(r"\.([\"”'’])$", r"\1", part) for part in parts[:-1]]
        joined = [*ends, parts[-1]]
        return "; ".join([joined[0], *map(_lowered, joined[1:])])

    def _typed_part(self, item: Item, telling: _Telling, joined_to: Item | None) -> str:
        words = self._with_method(item)
        if joined_to is not None and item.subject is joined_to.subject is not Subject.NONE:
            return words
        subject = self._subject(item, telling)
        if joined_to is not None and item.subject is Subject.CLINICIAN:
            subject = self._style.clinician_term
        elif joined_to is not None and item.subject is not Subject.NONE:
            subject = subject if subject[:1] == "[" else subject[:1].lower() + subject[1:]
        if self._style.pronouns and subject.lower() == "they":
            words = _AGREEING.sub(lambda m: _PLURAL.get(m[0], m[0][:-1]), words)
        return f"{subject} {words}" if subject else words

    def _with_method(self, item: Item) -> str:
        if item.role not in ("intervention", "plan"):
            return item.text
        plain = PROTECTED.sub(lambda m: "\0" * len(m.group()), item.text)
        found = find_method(plain, self._style.methods)
        if found is None or _NOT_DONE.search(plain) or not self._is_new(found.method, found.term):
            return item.text
        return f"{item.text[: found.end]} ({found.method}){item.text[found.end :]}"

    def _is_new(self, method: str, term: str) -> bool:
        key = (method, term.lower())
        is_new = key not in self._methods_named
        self._methods_named.add(key)
        return is_new

    # Spoken ---------------------------------------------------------------------------------------

    def _spoken(self, group: list[Item], telling: _Telling) -> tuple[str, tuple[str, ...]]:
        item = group[0]
        limit = _QUOTE_LIMIT[self._style.verbosity]
        limit = min(limit, _PAIR_LIMIT) if item.answers or len(group) > 1 else limit
        quotes = [quote(i.quotes[0], limit, is_clinicians=i.speaker == "clinician") for i in group]
        words = _listed([*map(unstopped, quotes[:-1]), quotes[-1]])
        if item.question is not None and item.shows_question(self._style.verbosity):
            asked = closing_question(item.question[1])
            question = quote(asked, _QUESTION_LIMIT if is_question(asked) else _LEAD_LIMIT)
            telling.said = 0
            telling.last_subject, telling.others_named = item.speaker, True
            method = self._work_named(item.question_techniques, asked)
            if item.speaker != "unknown" and asks_about_homework(asked):
                method = f" in review of homework{method}"
            return self._in_answer(item, question, words, method), (item.question[0],)
        text = f"{self._lead(item, telling)}: {words}"
        for speaker, answer in item.answers:
            who = self._cap(self._speaker(speaker))
            text += (
                f" {who} answered: {quote(answer, 110)}"
                if who
                else f" Answered: {quote(answer, 110)}"
            )
        if len(item.answers) > 0:
            telling.said = 0
        return text, ()

    def _in_answer(self, item: Item, question: str, words: str, method: str) -> str:
        who = self._mid(self._speaker(item.speaker))
        asking = "Explored" if item.question_techniques == (EXPLORING,) else "Asked"
        if question[-2] == "?":
            return (
                f"{asking}{method} {question}, {who} answered: {words}"
                if who
                else f"{asking}{method} {question}, answered: {words}"
            )
        before = unstopped(question)
        return (
            f"In answer to {before}{method}, {who} said: {words}"
            if who
            else f"After {before}{method}, said: {words}"
        )

    def _lead(self, item: Item, telling: _Telling) -> str:
        verb = self._verb(item, telling)
        if item.speaker == "unknown" or not self._speaker(item.speaker):
            lead = self._unattributed(item, telling)
        elif item.subject is Subject.CLIENT:
            lead = f"{self._subject(item, telling)} {verb}"
        else:
            lead = f"{self._cap(self._speaker(item.speaker))} {verb}"
        telling.last_subject = f"unknown {item.text}" if item.speaker == "unknown" else item.speaker
        telling.others_named = item.subject is not Subject.CLIENT
        if not (item.speaker in ("clinician", "unknown") and item.role in ("intervention", "plan")):
            return lead
        return lead + self._work_named(item.techniques, item.quotes[0])

    def _work_named(self, techniques: Sequence[str], words: str) -> str:
        """ " (scaling question; CBT: thought record)": what the words do, and a method's term in them."""
        about = " about risk" if ASKING_ABOUT_RISK in techniques else ""
        named = [n for n in techniques if n not in (EXPLORING, ASKING_ABOUT_RISK)]
        said = self._method_said(words)
        work = "; ".join([*named, *([said] if said else [])])
        return f"{about} ({work})" if work else about

    def _method_said(self, words: str) -> str:
        """ "CBT: thought record" where the clinician's words name it for the first time."""
        found = find_method(words, self._style.methods)
        if found is None or not self._is_new(found.method, found.name):
            return ""
        return f"{found.method}: {found.name}"

    def _unattributed(self, item: Item, telling: _Telling) -> str:
        """A second quote in a row needs no "in session" again."""
        how = item.text if item.text in _UNATTRIBUTED else "said"
        return _UNATTRIBUTED[how][telling.last_subject == f"{item.speaker} {how}"]

    def _verb(self, item: Item, telling: _Telling) -> str:
        if item.text != "said":
            telling.said = 0
            explores = item.text == "asked" and item.techniques == (EXPLORING,)
            return "explored" if explores else item.text
        uses_pronouns = self._style.pronouns is not None and item.subject is Subject.CLIENT
        follows = telling.last_subject == item.speaker and not uses_pronouns
        telling.said = telling.said + 1 if follows else 0
        return _SAID[telling.said % len(_SAID)]

    def _speaker(self, speaker: str) -> str:
        if speaker == "client":
            return self._style.client_term
        if speaker == "clinician":
            return self._style.clinician_term
        known = speaker.replace("_", " ")
        return _SPEAKERS.get(speaker, known if re.fullmatch(r"[a-z ]{1,30}", known) else "")

    # Subjects -------------------------------------------------------------------------------------

    def _subject(self, item: Item, telling: _Telling) -> str:
        style = self._style
        if item.subject is Subject.NONE:
            telling.last_subject, telling.others_named = Subject.NONE, True
            return ""
        if item.subject is not Subject.CLIENT:
            telling.last_subject, telling.others_named = item.subject, item.names_others
            both = f"{style.clinician_term} and {style.client_term}"
            return self._cap(both if item.subject is Subject.BOTH else style.clinician_term)
        is_clear = (
            item.role != "plan"
            and not item.text.startswith("and ")
            and telling.last_subject in _CLIENT
            and not telling.others_named
        )
        telling.last_subject, telling.others_named = Subject.CLIENT, item.names_others
        if style.pronouns and is_clear and telling.pronouns_in_a_row < _PRONOUNS_IN_A_ROW:
            telling.pronouns_in_a_row += 1
            return self._cap(style.pronouns.subject)
        telling.pronouns_in_a_row = 0
        return self._cap(style.client_term)

    def _cap(self, words: str) -> str:
        return words[:1].upper() + words[1:]

    def _mid(self, words: str) -> str:
        if words.startswith("["):
            return words
        terms = (self._style.client_term, self._style.clinician_term)
        if any(words.startswith(term) and term[:1].isupper() for term in terms):
            return words
        return words[:1].lower() + words[1:]


def _lowered(part: str) -> str:
    first = part.split(maxsplit=1)[0].rstrip(",.:").lower() if part else ""
    return part[:1].lower() + part[1:] if first in _SAFE_TO_LOWER else part


def _takes_and(first: Item, second: Item) -> bool:
    """Told one right after the other, and nobody else in the first whom the second might tell of."""
    follows = second.position - first.position == 1 and not first.names_others
    return follows and _may_take_and(first) and _may_take_and(second)


def _may_take_and(item: Item) -> bool:
    """A short, plain thing that the client did or felt: "and" after it changes nothing.

    Not after a negation, a reason or a comparison, whose reach "and" would widen.
    """
    is_plain = item.subject is Subject.CLIENT and not (item.is_risk or item.quotes)
    return is_plain and len(item.text) <= _SHORT and _REACHES_ON.search(item.text) is None


def _listed(parts: list[str]) -> str:
    """ "a", "b" and "c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _same_saying(last: Item, item: Item, verbosity: Verbosity) -> bool:
    """Quotes told alike; one told with its question or its answer stands by itself."""
    plain = not any(i.answers or i.shows_question(verbosity) for i in (last, item))
    same = (last.speaker, last.text, last.techniques) == (item.speaker, item.text, item.techniques)
    return plain and same and item.position - last.position <= 4


def finish(text: str) -> str:
    """Upper case first, one full stop last, one line, nothing that a spreadsheet would run."""
    text = " ".join("".join(c for c in text if c.isprintable() or c == " ").split())
    text = re.sub(r"^[=@|]+\s*|^[+-]+\s*(?!\d)", "", text).lstrip(" ,;:.")
    text = f"Noted: {text}" if text[:1] in "+-" else text
    if len(text) > LONGEST_STATEMENT:
        text = text[: LONGEST_STATEMENT - 3].rsplit(" ", 1)[0] + " …"
        text += '"' if text.count('"') % 2 else ""
    text = text[:1].upper() + text[1:]
    if re.search(r'[.!?…]["\']$', text):
        return text
    return re.sub(r"[\s.,;:]+$", "", text) + "."
