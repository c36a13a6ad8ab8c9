"""The closed table of short forms that clinicians type, and what each stands for in a note."""

import re

SHORT_FORMS: dict[str, str] = {
    r"w/o": "without",
    r"w/": "with ",
    r"w(?= (?!/)[a-z\[])": "with",
    r"b/c|bc|bcos|cos|cuz": "because",
    r"hx": "history",
    r"tx|txt(?= plan)": "treatment",
    r"sx": "symptoms",
    r"[dD]x": "diagnosis",
    r"RTC": "return to clinic",
    r"h/w|hw|HW|Hw": "homework",
    r"f/u": "follow-up",
    r"appts": "appointments",
    r"appt": "appointment",
    r"(?<=\d )wks|wks": "weeks",
    r"wk": "week",
    r"wkly": "weekly",
    r"hrs": "hours",
    r"yrs": "years",
    r"mths|mos": "months",
    r"mins": "minutes",
    r"nxt": "next",
    r"prev": "previous",
    r"r/t": "related to",
    r"d/t": "due to",
    r"re:?(?= [a-z\[])": "regarding",
    r"ident'?d|id'd": "identified",
    r"disc'?d|dis'd": "discussed",
    r"exp'?d": "explored",
    r"rev'?d|rvw'?d": "reviewed",
    r"rept'?d|rpt'?d|rptd": "reported",
    r"rpts|reps": "reports",
    r"psychoed\.?(?= |$|\W)|psych-ed|psyched": "psychoeducation",
    r"tdy": "today",
    r"yday|y'day|ystdy": "yesterday",
    r"tmrw|tmw": "tomorrow",
    r"alc": "alcohol",
    r"imp(?=:? \d)": "importance",
    r"conf(?=:? \d)": "confidence",
    r"interp": "interpreter",
    r"incr?'?d": "increased",
    r"decr?'?d": "decreased",
    r"anx": "anxiety",
    r"fam": "family",
    r"bf": "boyfriend",
    r"gf": "girlfriend",
    r"tho": "though",
    r"thru": "through",
    r"abt": "about",
    r"btwn|b/w": "between",
    r"esp": "especially",
    r"mtg": "meeting",
    r"sess": "session",
    r"ppl": "people",
    r"govt": "government",
    r"cont'?d": "continued",
    r"cont": "continue",
    r"diff(?= [a-z]+ing\b)": "difficulty",
    r"Mon": "Monday",
    r"Tues?": "Tuesday",
    r"Weds?": "Wednesday",
    r"Thurs?|Thu": "Thursday",
    r"Fri": "Friday",
    r"(?<=on |xt |is )(?:Sat)|(?<=last )Sat|(?<=every )Sat|(?<=[a-z] )Sat(?=[,;])": "Saturday",
    r"(?<=on |xt |is )(?:Sun)|(?<=last )Sun|(?<=every )Sun|(?<=[a-z] )Sun(?=[,;])": "Sunday",
}
_ANY_CASE = {key for key in SHORT_FORMS if not re.match(r"[A-Z(]|\[dD\]|re\(|w\(", key)}
_TABLE = [
    (
        re.compile(
            rf"(?<![\w/'’.-])(?:{form})" + ("" if form == r"w/" else r"(?![\w'’/])"),
            re.IGNORECASE if form in _ANY_CASE else 0,
        ),
        full,
    )
    for form, full in SHORT_FORMS.items()
]
_AMPERSAND = re.compile(r"(?<=[a-z\]]) (?:&|\+) (?=[a-z\[])", re.IGNORECASE)
_SPELLED_STOP = re.compile(r"\b(Pt|Ct|Cl|appt|approx)\.(?= )", re.IGNORECASE)


def spell_out(text: str) -> str:
    """Unquoted text with each short form of the table written in full. Nothing else changes."""
    text = _SPELLED_STOP.sub(r"\1", text)
    for pattern, full in _TABLE:
        text = pattern.sub(lambda m, full=full: _in_case_of(m.group(), full), text)  # type: ignore[misc]
    return re.sub(r"(?<=\S) {2,}", " ", _AMPERSAND.sub(" and ", text))


def _in_case_of(short: str, full: str) -> str:
    return full[0].upper() + full[1:] if short[:1].isupper() else full
