"""When: done, going on, planned or given up; days and seasons; first time, again, never, still."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from appliance.domain.support.alignment import Pair, pairs_of
from appliance.domain.support.clauses import Reading
from appliance.domain.support.lemmas import listed
from appliance.domain.support.matching import TIME_NAMES, Comparison, related
from appliance.domain.support.verdict import Flaw
from appliance.domain.support.words import Word

_DONE: Final = frozenset({"past", "perfect"})
_UNITS: Final = frozenset("week month year night session time summer winter spring autumn".split())
_DEICTIC: Final = frozenset("last next this".split())
_SAME_TIMES: Final = listed(
    """
today now currently at_present at_the_moment present current nowadays these_day this_morning
christmas december
weekend saturday sunday
again resume restart return
yesterday last_night
nightly night every_night each_night
morning breakfast
evening night tonight
previously before used_to former last ago earlier
autumn october september november
half_term term
tomorrow next
"""
)
_NEVER: Final = frozenset({"never", "not_ever", "not_once"})


def wrong_time(comparison: Comparison) -> Flaw | None:
    """TIME, or HEDGE where what is only possible is told as done."""
    for pairs in pairs_of(comparison):
        flaw = _tenses(pairs)
        if flaw is not None:
            return flaw
    if (
        _is_of_other_age(comparison)
        or _is_other_way_round(comparison)
        or _another_day_fits(comparison)
    ):
        return Flaw.TIME
    if _is_not_yet(comparison) or _names_other_time(comparison) or _claims_other_order(comparison):
        return Flaw.TIME
    return None


def _is_of_other_age(comparison: Comparison) -> bool:
    """ "used to" of what still is, or the other way round, told by the clause that comes nearest."""
    for frame in comparison.claimed.frames:
        if frame.tense not in ("was", "present") or frame.verb.lemma in _SETTLING - {"have", "be"}:
            continue
        near = comparison.aligned(frame.clause)
        if not near or comparison.overlap(frame.clause, *near[0]) < 1.2:
            continue
        tenses = {f.tense for line, c in near for f in line.frames if f.clause == c}
        if frame.tense == "was" and tenses and tenses <= {"present", "progressive"}:
            return True
        if frame.tense == "present" and tenses == {"was"}:
            return True
    return False


_BEFORE: Final = frozenset({"before", "beforehand", "until", "till"})
_AFTER: Final = frozenset({"after", "afterwards", "then", "since", "once"})


def _is_other_way_round(comparison: Comparison) -> bool:
    """ "before" of the note where the talk has "after" or "then", and no "before"."""
    claimed = {w.text for w in comparison.claimed.words}
    told = {w.text for line in comparison.said for w in line.words}
    says_before = bool(claimed & {"before", "beforehand", "prior"}) and not claimed & {
        "after",
        "afterwards",
    }
    says_after = bool(claimed & {"after", "afterwards", "following"}) and not claimed & _BEFORE
    if (
        says_before
        and told & {"after", "afterwards", "then"}
        and not told & (_BEFORE | {"by", "first", "ago"})
    ):
        return True
    return (
        says_after
        and bool(told & {"before", "beforehand"})
        and not told & (_AFTER | {"when", "because", "so"})
    )


_DATES: Final = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december spring summer autumn winter christmas easter yesterday tomorrow""".split()
)
_PARTS_OF_DAY: Final = frozenset("morning afternoon evening night midday midnight".split())


def _times_in(words: list[Word]) -> dict[str, frozenset[str]]:
    """Dates and parts of the day: weekday, month, year, "last month"."""
    lemmas = [w.lemma for w in words]
    dates = {w.lemma for w in words if w.lemma in _DATES or _YEAR.fullmatch(w.text)}
    dates |= {f"{a}_{b}" for a, b in pairwise(lemmas) if a in _DEICTIC and b in _UNITS}
    return {"date": frozenset(dates), "part": frozenset(set(lemmas) & _PARTS_OF_DAY)}


_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def _another_day_fits(comparison: Comparison) -> bool:
    """The note's day stands with other words in the talk, and its words with another day."""
    everywhere = _times_in(comparison.claimed.words)
    for clause in comparison.claimed.clauses:
        for kind, times in _times_in(clause.words).items():
            if not times:
                continue
            own = rival = 0.0
            timing = [w for w in clause.words if w.lemma in TIME_NAMES or w.text[0].isdigit()]
            for line in comparison.said:
                for told in line.clauses:
                    theirs = _times_in(line.context(told.index))[kind]
                    fit = comparison.overlap(clause.index, line, told.index, timing)
                    if theirs & times:
                        own = max(own, fit)
                    elif theirs - everywhere[kind]:
                        rival = max(rival, fit)
            if rival > own + 0.4:
                return True
    return False


_ASPECTS: Final = frozenset(
    "begin start stop end quit finish complete resume cease give_up discontinue".split()
)
_SETTLING: Final = frozenset(
    """set agree plan arrange describe offer suggest propose ask express accept feel be have think note report say state
    discuss mention consider view attribute expect hope wonder book decide acknowledge identify request recommend
    deny find see become appear seem credit use want wish remain show lend hear""".split()
)


def _is_not_yet(comparison: Comparison) -> bool:
    """Told as done, while the talk that comes nearest has nothing done in it."""
    for frame in comparison.claimed.frames:
        if (
            frame.tense != "past"
            or frame.negated
            or frame.verb.lemma in _SETTLING
            or frame.is_passive
        ):
            continue
        if any(related(frame.verb, f.verb) for line in comparison.said for f in line.frames):
            continue
        near = comparison.aligned(frame.clause)
        if not near or comparison.overlap(frame.clause, *near[0]) < 1.0:
            continue
        tenses = {
            f.tense
            for line, c in near
            for f in line.frames
            if f.sentence == line.clauses[c].sentence
        }
        if tenses and not tenses & {"past", "perfect", "was", "unknown"}:
            return True
    return any(
        word.lemma in _ASPECTS and not word.negated and not places
        for word, places in ((comparison.claimed.words[i], p) for i, p in comparison.found.items())
    )


def _tenses(pairs: list[Pair]) -> Flaw | None:
    if pairs[0].overlap < 0.9 and pairs[0].claimed.verb.lemma != pairs[0].said.verb.lemma:
        return None
    clashes = [_clash(pair) for pair in pairs]
    return clashes[0] if all(clash is not None for clash in clashes) else None


def _clash(pair: Pair) -> Flaw | None:
    claimed, said = pair.claimed.tense, pair.said.tense
    if claimed in _DONE and not pair.claimed.negated:
        if said == "future":
            return Flaw.TIME
        if said == "maybe" and not pair.said.negated:
            return Flaw.HEDGE
        if pair.said.is_hypothetical and not pair.claimed.is_hypothetical:
            return Flaw.HEDGE
    if claimed == "past" and said == "progressive" and not pair.claimed.negated:
        return Flaw.TIME
    if (
        claimed == "past"
        and said in ("infinitive", "present", "unknown")
        and not pair.claimed.negated
    ):
        if pair.claimed.verb.lemma not in _SETTLING and not pair.claimed.is_passive:
            return Flaw.TIME
    if claimed in ("present", "progressive") and said == "was":
        return Flaw.TIME
    if claimed == "present" and said == "future" and not pair.claimed.negated:
        return Flaw.TIME
    if claimed == "was" and said == "present":
        return Flaw.TIME
    if claimed == "future" and said in _DONE:
        return Flaw.TIME
    return None


def _names_other_time(comparison: Comparison) -> bool:
    told = [word for line in comparison.said for word in line.words]
    for word in comparison.claimed.words:
        is_time = word.lemma in TIME_NAMES and word.lemma not in (
            "today",
            "term",
            "night",
            "present",
        )
        if is_time and not any(_same_time(word, other) for other in told):
            return True
    return _deictic_missing(comparison.claimed, comparison.said)


def _same_time(claimed: Word, said: Word) -> bool:
    if claimed.lemma == said.lemma or claimed.lemma in said.lemma.split("_"):
        return True
    return any(claimed.lemma in group and said.lemma in group for group in _SAME_TIMES)


def _deictic_missing(claimed: Reading, said: Sequence[Reading]) -> bool:
    """ "last week" of the note against a talk without it."""
    for first, second in pairwise(claimed.words):
        if (
            first.lemma in ("last", "next")
            and second.lemma in _UNITS
            and second.lemma not in ("session", "time")
        ):
            if not any(_has_pair(line, first.lemma, second.lemma) for line in said):
                return True
    return False


def _has_pair(line: Reading, first: str, second: str) -> bool:
    texts = [w.lemma for w in line.words]
    return any(a == first and b == second for a, b in pairwise(texts))


def _claims_other_order(comparison: Comparison) -> bool:
    """Words that place a thing in time, without anything in the talk that does the same."""
    told = {
        part for line in comparison.said for w in line.words for part in (w.lemma, w.text, *w.parts)
    }
    frames = [f for line in comparison.said for f in line.frames]
    for word in comparison.claimed.words:
        if word.lemma == "first_time" and not {"first", "first_time", "never"} & told:
            return True
        if word.lemma == "first_time" and "again" in told:
            return True
        if word.lemma in _NEVER and not {"never", "all_life", "ever", "once", "nobody"} & told:
            return True
        if word.lemma in ("recently", "lately", "recent") and not _RECENT & told:
            return True
        if (
            word.lemma in ("currently", "at_present", "current", "now")
            and not word.negated
            and frames
            and all(f.tense in ("past", "was", "future") for f in frames)
        ):
            return True
    return False


_RECENT: Final = frozenset(
    """recently lately just now today yesterday week last this new tuesday monday wednesday thursday friday saturday
    sunday month started these_day at_the_moment""".split()
)
