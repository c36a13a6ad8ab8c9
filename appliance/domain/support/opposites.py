"""Words that say what another word says with a "not": reluctant is not keen, silent is not speaking."""

from typing import Final

_TABLE: Final = """
reluctant: keen want willing like happy
unwilling: keen want willing
hesitant: keen sure ready
silent: speak talk say answer reply
silence: speak talk say
quiet: speak talk say
avoid: go drive talk speak see look answer use open take do eat meet visit
avoidance: go drive talk
unaware: know hear tell aware
unable: can able manage
refuse: agree want will accept let take go
decline: agree accept want take go
different: same match
differ: same match
unknown: know
unsure: know sure certain
uncertain: know sure certain
undecided: decide know sure
unclear: know clear sure
uncertainty: know sure certain
dissatisfied: happy pleased like
unhappy: happy glad pleased
dislike: like
poor: good well
badly: well good
poorly: well good
bad: good well
absent: come there attend
absence: come there
miss: go attend take come
skip: go eat take attend
lack: have get
lapse: keep
unfinished: finish do complete
incomplete: finish do complete
unopened: open
unread: read
unpaid: pay
unwell: well
unresolved: sort settle
unchanged: change
unusual: usual
unhelpful: help helpful
unnecessary: need necessary
unconvinced: convince sure believe
sceptical: believe sure
doubt: believe think sure
disagree: agree true right
object: like want agree
insomnia: sleep
sleepless: sleep
fail: manage do able get
withhold: tell say
conceal: tell say show
hide: tell show say
secret: tell say know
remain: change move
stop: any_more more do
cease: any_more do
oppose: want agree like
indifferent: care mind bother matter
unimportant: matter
alone: with anyone anybody
estranged: speak talk see
unemployed: work job
dispute: agree true
false: true
untrue: true
wrong: right
worse: better
unprompted: ask prompt
unasked: ask
outstanding: pay do finish
unforgiven: forgive okay
incapable: can able
unexpected: expect think
alive: die
sober: drink
abstinent: drink use
abstain: drink use smoke
"""

OPPOSITES: Final = {
    word.strip(): frozenset(others.split())
    for word, others in (line.split(":") for line in _TABLE.strip().split("\n"))
}
