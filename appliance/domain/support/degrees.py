"""How strongly, how surely, how many and how often: the words that carry it, and their rank."""

FEELING_RANKS = """
glad pleased content=1 happy=2 delighted overjoyed thrilled ecstatic elated over_the_moon=3
like fond=1 enjoy=1 love adore=3
dislike not_like=1 hate loathe detest=3
put_out irked niggled miffed peeved short curt annoyed irritated irritation annoyance cross=1 angry anger mad=2 furious enraged livid rage fury seething irate outrage=3
sad unhappy low down blue upset hurt sting=1 miserable wretched depressed depression=2 devastated heartbroken distraught shattered crushed despair traumatised traumatic traumatize=3
worry worried concern concerned nervous anxious apprehensive jittery uneasy afraid scared=1 frightened fearful=2 terrified petrified terror dread=3
tired weary sleepy=1 exhausted drained exhaustion=3
surprised taken_aback=1 shocked=2 horrified=3
interested=1 keen eager=2 obsessed preoccupied obsess=3
shaken shaky=1 traumatised=3
row argument quarrel disagreement=1 fight=2 violent=3
not_keen reluctant unsure=1 opposed oppose=3
slip lapse=1 relapse=2
bad=1 awful terrible unbearable=3
good fine okay=1 great=2 wonderful brilliant excellent=3
"""

DOWNTONERS = frozenset(
    """a_bit a_little bit little slightly slight somewhat mildly mild a_tad tad fairly quite sort_of kind_of
    a_touch hardly barely not_really partly modest modestly faintly minor some""".split()
)

INTENSIFIERS = frozenset(
    """very extremely severely severe greatly deeply deep completely utterly strongly strong badly terribly
    hugely massively intensely intense profoundly highly totally absolutely so significantly significant dramatically
    markedly marked seriously serious considerably considerable violently violent overwhelmingly acutely
    really such desperately bitterly wildly much a_great_deal a_lot""".split()
)

STRONG_HEDGES = frozenset(
    """maybe perhaps might may possibly possible could_be not_sure do_not_know cannot_say unsure wonder
    guess if unclear uncertain could might_be i_suppose cannot_tell no_idea who_know potentially possibility
    consider speculate suspect question undecided try_to""".split()
)
WEAK_HEDGES = frozenset(
    """think suppose seem probably sort_of kind_of reckon believe likely appear feel_like expect apparently
    hope tentatively consider regard attribute""".split()
)
NOTE_HEDGES = frozenset(
    """maybe perhaps might may possibly possible could unsure uncertain undecided wonder speculate consider question
    think believe suppose suspect doubt tentatively if expect hope attribute regard view see unclear
    not_sure do_not_know potentially possibility potential likely probably seem appear reckon cannot_say
    hesitant ambivalent uncertainty sceptical anticipate would idea imagine impression guess feel propose
    suggest fear worry hypothesise think_about toy_with predict forecast plan intend""".split()
)
CERTAINTIES = frozenset(
    """certain sure definite definitely convinced confident certainly doubtless
    undoubtedly clearly certainty conviction diagnose determined insist""".split()
)

UNIVERSAL = frozenset(
    """all every everyone everybody everything always both whole entire entirely each whenever constantly
    everywhere completely invariably totally fully full indefinitely consistently any_time throughout regularly
    daily everyday either nobody none never nothing anyone anybody anything at_all only solely no_contact every_day every_night each_day
    unrestricted exclusively any altogether wholly alone several many most usually continual
    continually repeatedly often frequently multiple general generally nightly""".split()
)
PARTIAL = frozenset(
    """some sometimes part partly most mostly except half certain occasionally at_times few several not_all only
    other_than but_not apart_from usually not_every first for_once once hardly rarely seldom just""".split()
)

SAME_SCOPE = """
all every everyone everybody everything each both whole entire entirely fully completely full totally throughout altogether wholly
always every_time constantly all_the_time each_time invariably every_day daily whenever continually consistently
never not_ever not_once nobody none nothing no at_all any anyone anybody anything not no_longer
only just solely exclusively alone except sole nothing_else
daily every_day each_day every_night nightly each_night everyday
regularly every_week often most usually weekly
most usually mostly often generally rest majority
often frequently a_lot repeatedly many
nobody no_one
"""
