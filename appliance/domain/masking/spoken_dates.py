"""Days as they are said: "the ninth of February", "march third two thousand one", "four twelve eighty"."""

from collections.abc import Iterator

from appliance.domain.masking.finder import Found, Rank
from appliance.domain.masking.spoken import NumberRun, day_length, is_number
from appliance.domain.masking.vocabulary import MONTH_WORDS, listed
from appliance.domain.masking.words import Words

_DATE_CUES = listed("on since born dated dob birth until till from before after at of date")


def is_numeric_date(words: Words, run: NumberRun) -> bool:
    """ "8 24 23" or "2021 09 30" as dictation leaves a date; a year of two digits needs a word before."""
    if run.is_spoken or not all(chunk.isdecimal() for chunk in run.chunks):
        return run.is_spoken and _is_said_date(run)
    values = [int(chunk[:4]) for chunk in run.chunks]
    has_cue = words.key(run.first - 1) in _DATE_CUES
    if len(values) == 2:
        is_day = len(run.chunks[1]) == 2 and len(run.chunks[0]) <= 2
        return words.key(run.first - 1) == "on" and is_day and _is_day(values[0], values[1])
    if len(values) not in (3, 5, 6):
        return False
    first, second, third = values[:3]
    if len(run.chunks[0]) == 4:
        return 1900 <= first < 2100 and _is_day(second, third)
    if not _is_day(first, second):
        return False
    return 1900 <= third < 2100 or (len(run.chunks[2]) == 2 and has_cue)


def _is_said_date(run: NumberRun) -> bool:
    """ "seven fourteen eighty-nine", "oh four twelve eighty-seven": a year that is no day and no count."""
    chunks = [c for at, c in enumerate(run.chunks) if c != "0" or at == len(run.chunks) - 1]
    if len(chunks) != 3 or not all(len(chunk) <= 2 for chunk in chunks):
        return False
    month, day, year = map(int, chunks)
    return _is_day(month, day) and LAST_DAY < year < 100


LAST_DAY = 31


def _is_day(one: int, other: int) -> bool:
    return 0 < min(one, other) <= 12 and 0 < max(one, other) <= 31


def find_dates(words: Words) -> Iterator[Found]:
    """Every day with its month, and its year where one follows."""
    for at, word in enumerate(words.items):
        if word.key not in MONTH_WORDS or _is_fourth_of_july(words, at):
            continue
        yield from _date_around(words, at)


def _is_fourth_of_july(words: Words, month: int) -> bool:
    """The holiday, where no year says that the day itself is meant."""
    said = (words.key(month - 2), words.key(month - 1), words.key(month))
    is_said = said[0] in ("fourth", "4th") and said[1:] == ("of", "july")
    return is_said and not words.key(month + 1).isdecimal()


def _date_around(words: Words, month: int) -> Iterator[Found]:
    """ "the ninth of February", "february ninth", "march third nineteen eighty two", "august the eighth"."""
    after = month + 1 + (words.key(month + 1) == "the")
    length = day_length(words, after)
    if _has_day_before(words, month):
        length = 0
    elif length == 0 and is_number(words.key(after)) and words.items[after].joins:
        length = 1 + (words.key(after) in ("twenty", "thirty") and is_number(words.key(after + 1)))
    if length:
        yield _date(words.items[month].start, _year_end(words, after + length), "DATE")
        return
    last = month - 1 - (words.key(month - 1) == "of")
    for size in (2, 1):
        if day_length(words, last - size + 1) == size:
            first = last - size + 1 - (words.key(last - size) == "the")
            yield _date(words.items[max(first, 0)].start, _year_end(words, month + 1), "DATE")
            return


def _is_of_two_thousand(words: Words, at: int) -> bool:
    """The "thousand" and the "and" of "two thousand and nine"."""
    if words.key(at) == "and":
        return words.key(at - 1) == "thousand" and is_number(words.key(at + 1))
    return words.key(at) == "thousand" and words.key(at - 1) == "two"


def _has_day_before(words: Words, month: int) -> bool:
    """True in "the fifteenth of May nineteen ninety", where a year follows and no day."""
    last = month - 1 - (words.key(month - 1) == "of")
    return any(day_length(words, last - size + 1) == size for size in (2, 1))


def _year_end(words: Words, at: int) -> int:
    """The end of a year said right after a date, else of the date's last word."""
    end = at
    while (
        end < min(at + 4, len(words.items))
        and words.items[end].follows
        and (is_number(words.key(end)) or _is_of_two_thousand(words, end))
    ):
        end += 1
    said = [words.key(i) for i in range(at, end)]
    if (
        len(said) == 1
        and len(said[0]) == 2
        and said[0].isdecimal()
        and "\n" not in words.items[at].gap
    ):
        return words.items[at].end
    is_year = bool(said) and (
        said[0] in ("nineteen", "twenty", "two") or said[0][:2] in ("19", "20")
    )
    return words.items[(end if is_year else at) - 1].end


def _date(start: int, end: int, stem: str) -> Found:
    return Found(start=start, end=end, stem=stem, rank=Rank.PATTERN)
