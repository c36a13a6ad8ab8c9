"""Ages of 90 and over as they are said: "mama's ninety-eight", "died at ninety-six", "pushing a hundred"."""

from appliance.domain.masking.spoken import NumberRun
from appliance.domain.masking.vocabulary import ROLE_OF_KIN, listed
from appliance.domain.masking.words import Word, Words

OLD_AGE_YEARS = 90
_MEASURES = listed(
    "percent dollars bucks minutes minute hours hour days day weeks week months month "
    "times pounds lbs kilos miles people degrees cents grand milligrams mg milligram "
    "calories steps pages sessions points thousand million"
)
_AGE_CUES = listed("im hes shes is was turned turning turns aged age shell hell be thats s whos")


def is_old_age(words: Words, run: NumberRun) -> bool:
    """True for a number that is somebody's age, of 90 or more."""
    if len(run.chunks) != 1 or not OLD_AGE_YEARS <= int(run.chunks[0][:4]) < 120:
        return False
    after = words.key(run.last)
    if after in ("years", "year", "yearold") and words.key(run.last + 1) in (
        "old",
        "young",
        "",
        "of",
        "and",
    ):
        return True
    if (
        after in _MEASURES
        or words.key(run.last + 1) == "percent"
        or "%" in words.text[run.end : run.end + 2]
    ):
        return False
    if not run.is_spoken:
        return False
    at = run.first - 1
    at -= words.key(at) == "a" and words.key(run.first) == "hundred"
    before = words.word(at)
    if _lives_to(words, run, at):
        return True
    return before is not None and (_announces_age(before) or _is_apposed(words, run, before))


def _lives_to(words: Words, run: NumberRun, at: int) -> bool:
    """True in "died at ninety-six", "lived to a hundred", "at ninety she still drives"; `at`: word before."""
    before, after = words.key(at), words.key(run.last)
    first = words.items[run.first]
    if at == run.first - 1 and (at < 0 or first.starts_sentence):
        is_person = after in _PERSONS or words.key(run.last + 1) == "still"
        return is_person and words.items[run.last].follows
    if before in ("at", "to", "be", "past"):
        reach = {words.key(i) for i in range(at - 4, at)}
        is_opening = words.items[at].starts_sentence or words.key(at - 1) in ("say", "said", "and")
        return not _LIVING.isdisjoint(reach) or (is_opening and after in _PERSONS)
    return before in _REACHING


_PERSONS = listed("he she they you hes shes i")
_LIVING = listed("died dies lived lives passed made retired remarried killed gone lasted")
_REACHING = listed("hit hits hitting pushing reached nearing youre theyre pops grannys grandmas")


def _is_apposed(words: Words, run: NumberRun, before: Word) -> bool:
    """True in "my nan, ninety-three, raised eleven" and "she ninety and still driving"."""
    first, after = words.items[run.first], words.word(run.last)
    ends = after is None or after.gap[:1] in ",.?!;" or after.key in _AFTER_AGE
    is_person = before.key in _PEOPLE or before.key in ROLE_OF_KIN or before.is_capital
    if first.is_cased:
        return ends and is_person and before.key != "i" and first.gap in (", ", " ")
    return ends and is_person


_PEOPLE = listed("he she they who was were almost nearly just only")
_AFTER_AGE = listed("and but who by in at on this next when years year now still with come raised")


def _announces_age(before: Word) -> bool:
    if before.key in _AGE_CUES or before.clitic in ("'s", "'m", "'re"):
        return True
    if before.key.endswith("s") and before.key[:-1] in ROLE_OF_KIN:
        return True
    return not before.is_cased and before.key.endswith("s") and len(before.key) > 4
