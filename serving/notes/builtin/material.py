"""Whether there is anything to write from: enough words, and not the same ones again and again."""

from collections import Counter
from collections.abc import Sequence

from serving.notes.builtin.cleaning import clean
from serving.notes.builtin.sentences import words_of
from serving.notes.builtin.turns import is_back_channel, is_small_talk
from serving.wire import Source

_HANDFUL_WORDS = 5
_LOOP_LINES = 4
_LOOP_WORDS = 24
_LOOP_SHARE = 0.6
_PHRASE_WORDS = 4
_DISTINCT_SHARE = 0.34
_ENOUGH_TO_TELL, _TYPED_ENOUGH_TO_TELL = 10, 25
_ENGLISH_SHARE, _TYPED_ENGLISH_SHARE = 0.12, 0.04
_COMMONEST = frozenset(
    """
    the a an and to of i you it that my is was we in for on not no he she they this with so have had at
    but me do pt ct client patient re w from by as be are or her his their
    """.split()  # noqa: SIM905 - a list of words reads as words
)
_ENOUGH_LINES = 8
_ENOUGH_PHRASES = 60


def has_material(utterances: Sequence[Source]) -> bool:
    """False for silence, markers only, listening sounds, a handful of words, a loop, or no English."""
    lines = [clean(u.text) for u in utterances]
    told = [
        words_of(line) for line in lines if not is_back_channel(line) and not is_small_talk(line)
    ]
    distinct = {word for words in told for word in words}
    if len(distinct) < _HANDFUL_WORDS or not _is_english(
        [w for words in told for w in words], is_typed=any(u.speaker == "typed" for u in utterances)
    ):
        return False
    return not _loops([words_of(line) for line in lines])


def _is_english(words: list[str], *, is_typed: bool) -> bool:
    """Some of its commonest words: the writer's rules know no other language. Typed notes are terse."""
    if len(words) < (_TYPED_ENOUGH_TO_TELL if is_typed else _ENOUGH_TO_TELL):
        return True
    return sum(word in _COMMONEST for word in words) >= (
        _TYPED_ENGLISH_SHARE if is_typed else _ENGLISH_SHARE
    ) * len(words)


def _loops(lines: list[list[str]]) -> bool:
    """The same words again and again, and hardly any others: a loop after real talk is no reason."""
    spoken = [" ".join(words) for words in lines if words]
    telling = [line for line in spoken if not is_back_channel(line)]
    if len(telling) >= _LOOP_LINES:
        commonest = Counter(telling).most_common(1)[0][1]
        if commonest >= _LOOP_SHARE * len(telling) and len(set(telling)) < _ENOUGH_LINES:
            return True
    words = [word for line in lines for word in line]
    if len(words) < _LOOP_WORDS:
        return False
    phrases = [tuple(words[i : i + _PHRASE_WORDS]) for i in range(len(words) - _PHRASE_WORDS + 1)]
    distinct = len(set(phrases))
    return distinct < _DISTINCT_SHARE * len(phrases) and distinct < _ENOUGH_PHRASES
