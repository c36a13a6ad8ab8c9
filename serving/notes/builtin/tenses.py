"""The closed table of present-tense forms that become past in a note."""

import re

PAST: dict[str, str] = {
    "reports": "reported", "denies": "denied", "states": "stated", "says": "said",
    "endorses": "endorsed", "describes": "described", "feels": "felt", "wants": "wanted",
    "expresses": "expressed", "mentions": "mentioned", "acknowledges": "acknowledged",
    "admits": "admitted", "recalls": "recalled", "struggles": "struggled", "misses": "missed",
    "sleeps": "slept", "eats": "ate", "shares": "shared", "hears": "heard", "goes": "went",
    "works": "worked", "thinks": "thought", "believes": "believed",
    "hopes": "hoped", "worries": "worried", "avoids": "avoided", "agrees": "agreed",
    "declines": "declined", "identifies": "identified", "appears": "appeared",
    "presents": "presented", "seems": "seemed", "becomes": "became", "gets": "got",
    "takes": "took", "makes": "made", "keeps": "kept", "tries": "tried", "knows": "knew",
    "remains": "remained", "continues": "continued", "engages": "engaged",
    "responds": "responded", "rates": "rated", "explains": "explained",
    "recognises": "recognised",
    "recognizes": "recognized", "realises": "realised", "realizes": "realized",
    "enjoys": "enjoyed", "hates": "hated", "attends": "attended", "uses": "used",
    "wakes": "woke", "cries": "cried", "smiles": "smiled", "argues": "argued",
    "complains": "complained", "finds": "found", "gives": "gave", "tells": "told",
    "asks": "asked", "comes": "came", "leaves": "left", "spends": "spent", "talks": "talked",
    "understands": "understood", "participates": "participated", "tolerates": "tolerated",
    "wonders": "wondered", "fears": "feared", "prefers": "preferred", "refuses": "refused",
    "is": "was", "isn't": "was not", "are": "were", "aren't": "were not", "has": "had",
    "hasn't": "had not", "doesn't": "did not", "does": "did", "can't": "could not",
    "cannot": "could not", "don't": "did not", "haven't": "had not",
    "didn't": "did not", "wasn't": "was not", "weren't": "were not", "couldn't": "could not",
    "hadn't": "had not", "wouldn't": "would not",
}  # fmt: skip
"""Past tense wherever it stands, outside quotes."""

PAST_AFTER_CLIENT: dict[str, str] = {
    "report": "reported", "deny": "denied", "state": "stated", "feel": "felt", "want": "wanted",
    "plays": "played", "needs": "needed", "drinks": "drank", "smokes": "smoked",
    "plans": "planned",
    "likes": "liked", "loves": "loved", "visits": "visited", "notes": "noted", "looks": "looked",
    "fights": "fought", "walks": "walked", "runs": "ran", "calls": "called", "dreams": "dreamed",
    "cares": "cared", "stays": "stayed", "helps": "helped", "studies": "studied",
    "helped": "helped", "trusts": "trusted", "cuts": "cut", "hurts": "hurt", "blames": "blamed",
    "links": "linked", "sees": "saw", "self-harms": "self-harmed", "copes": "coped",
    "completes": "completed", "questions": "questioned", "can": "could", "have": "had",
    "checks": "checked", "practises": "practised", "practices": "practiced", "manages": "managed",
    "notices": "noticed", "ruminates": "ruminated", "isolates": "isolated", "scores": "scored",
    "tends": "tended", "owes": "owed", "buys": "bought", "sits": "sat", "lies": "lay",
}  # fmt: skip
"""Nouns as well as verbs: past tense only right after the client."""

_WORD = re.compile(r"(?<![\w'’/-])[A-Za-z]+(?:['’-][A-Za-z]+)*(?![\w/\0-]|['’][A-Za-z])")
_TO_COME = re.compile(
    r" (?:on |due |this |next )*(?:tomorrow|tonight|(?:mon|tues|wednes|thurs|fri|satur|sun)day|next|"
    r"the \d|\d+(?:st|nd|rd|th)\b|in \d|going to\b|to \w+|"
    r"\w+ing\b.{0,25}\b(?:tomorrow|next|(?:mon|tues|wednes|thurs|fri|satur|sun)day))",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(
    r"\b(she|he|it|that|there|who)['’]s(?= (?:not|in|at|on|a|an|the|very|still|now|more|less|"
    r"so|too|"
    r"been|got|had|\w+ing|¤)\b| \s*[\"“'‘])",
    re.IGNORECASE,
)


_LASTING = re.compile(r"\bworks(?= (?:as|at|for|in|full|part)\b)", re.IGNORECASE)
_CAN_AFTER_TELLING = re.compile(
    r"\b((?:thought|said|felt|believed|reported|hoped) (?:that )?(?:he|she|they|client|patient|pt|ct)) can\b"
)


def in_past_tense(text: str) -> str:
    """Unquoted text with every form of the table in the past. Infinitives and "will" stay."""
    text = _CONTRACTED.sub(_open_contraction, text)
    text = _LASTING.sub(lambda m: f"{m.group()}\0", text)
    text = _WORD.sub(_past_of, text).replace("\0", "")
    return _CAN_AFTER_TELLING.sub(r"\1 could", text)


def _past_of(match: re.Match[str]) -> str:
    word = match.group()
    past = PAST.get(word.lower().replace("’", "'"))
    if past is None or word.isupper() or _lies_ahead(match):
        return word
    return past[0].upper() + past[1:] if word[0].isupper() else past


def _lies_ahead(match: re.Match[str]) -> bool:
    """ "The funeral is Thursday" stays: it has not been yet."""
    to_come = _TO_COME.match(match.string, match.end()) is not None
    return to_come and match.group().lower() in ("is", "are")


def _open_contraction(match: re.Match[str]) -> str:
    following = match.string[match.end() :].split()[:1]
    has = following and following[0].lower() in {"been", "got", "had"}
    return f"{match.group(1)} {'had' if has else 'was'}"
