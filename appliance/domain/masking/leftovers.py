"""The gate's look at what stands beside a placeholder: the rest of a name, a place or a number.

A masker that finds half of "Johns Hopkins" leaves the other half where everybody can read it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance.domain.masking.detectors import (
    BLANKS,
    PERSON_BLANK,
    PLACE_BLANK,
    PlainLine,
    Suspects,
)

_STATES = (
    r"(?:alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii"
    r"|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan"
    r"|minnesota|mississippi|missouri|montana|nebraska|nevada|new (?:hampshire|jersey|mexico|york)"
    r"|(?:north|south) (?:carolina|dakota)|ohio|oklahoma|oregon|pennsylvania|rhode island|tennessee"
    r"|texas|utah|vermont|(?:west )?virginia|washington|wisconsin|wyoming)"
)
_POSTAL = r"(?:a[klrz]|c[at]|d[ce]|fl|ga|ia|il|k[sy]|m[dnost]|n[cdehjmvy]|pa|ri|s[cd]|t[nx]|ut|v[at]|w[aivy])"
_COUNTRIES = (
    r"(?:afghanistan|albania|algeria|argentina|armenia|australia|austria|bangladesh|belarus|belgium"
    r"|bolivia|bosnia|brazil|bulgaria|burma|cambodia|cameroon|canada|chile|china|colombia|costa rica|croatia"
    r"|cuba|cyprus|czech republic|denmark|dominican republic|ecuador|egypt|el salvador|eritrea|estonia"
    r"|ethiopia|finland|france|germany|ghana|greece|guatemala|haiti|honduras|hungary|iceland|india"
    r"|indonesia|iran|iraq|ireland|israel|italy|jamaica|japan|kenya|korea|kuwait|laos|latvia|lebanon"
    r"|liberia|libya|lithuania|luxembourg|malaysia|mali|malta|mexico|moldova|mongolia|morocco|myanmar"
    r"|nepal|netherlands|new zealand|nicaragua|nigeria|norway|pakistan|panama|paraguay|peru|philippines"
    r"|poland|portugal|puerto rico|qatar|romania|russia|rwanda|saudi arabia|senegal|serbia|sierra leone"
    r"|singapore|slovakia|slovenia|somalia|south (?:africa|korea)|spain|sri lanka|sudan|sweden"
    r"|switzerland|syria|taiwan|tanzania|thailand|tunisia|turkey|uganda|ukraine"
    r"|united (?:kingdom|states)|uruguay|uzbekistan|venezuela|vietnam|yemen|zambia|zimbabwe)"
)
_SURNAMES = (
    r"(?:smith|brown|white|young|king|green|black|hill|wood|woods|stone|cook|baker|carter|cooper|fisher"
    r"|foster|fox|gray|grey|hunter|knight|lane|long|little|mason|may|miller|moore|page|park|parker|parks"
    r"|price|rice|rich|rivers|rose|shepherd|short|small|snow|swift|taylor|turner|walker|wall|ward|waters"
    r"|weaver|webb|wells|west|winters|wolf|wise|bell|berry|bird|bishop|blue|bush|cross|day|fields"
    r"|flowers|frost|gold|good|hall|hope|house|love|marsh|noble|north|pope|potter|power|powers|rhodes"
    r"|silver|singer|singh|banks|barber|bean|best|booth|branch|brook|brooks|case|chambers|church|dean"
    r"|farmer|field|ford|forest|gardner|glass|grant|graves|grove|hand|head|holiday|holland|horn|jordan"
    r"|justice|lake|law|lord|mann|major|marks|mills|moody|peters|pierce|poole|post|pratt|reed|rush|sharp"
    r"|sparks|spears|stark|steel|stokes|street|strong|temple|underwood|vance|wade|wiley|york)"
)
_FACILITY = r"(?:cent(?:er|re)|clinic|hospital|office|campus|practice|facility|institute|pavilion)"
_OF_CARE = (
    r"(?:medical|health|healthcare|general|regional|memorial|community|university|county|children'?s"
    r"|women'?s|veterans|valley|surgical|cancer|heart|care|family|behavioral|wellness|rehabilitation"
    r"|downtown|uptown|north|south|east|west|city|state|primary|presbyterian|methodist|baptist)"
)
_KIND = (
    r"(?:health|healthcare|general|memorial|elementary|middle|high|academy|university|college|prep|montessori"
    r"|church|baptist|bakery|pharmacy|motors|diner|foods|farms|salon|logistics|plumbing|roofing|freight"
    r"|dental|brewery|records|industries|inc|llc|ltd|corporation|corp)"
)
_AFTER = (
    r"(?=\s*$|[.,;!?)]|\s(?:on|in|and|who|for|with|at|zip|but|so|then|or|to|from|is|was|\d{5}\b))"
)
_WHEN = r"(?:week|month|night|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_CUES = (
    r"(?:moved|came|come|comes|flew|fly|immigrated|emigrated|born|raised|live|lives|lived|living|trip"
    r"|visit|visiting|visited|travel(?:ed|led|ling|ing)?|vacation|deported|back|here|over)"
)

_HOUSE = (
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"[ -](?:one|two|three|four|five|six|seven|eight|nine)"
)

_NAMES = (
    rf"{PERSON_BLANK} (?P<id>{_SURNAMES})\b(?!'|-)",
    rf"{PERSON_BLANK} (?P<id>[b-hj-z])(?![\w'])(?!-)",
    rf"{PERSON_BLANK} (?P<id>a) (?:seen|treated|admitted|evaluated|presented|who|with|at|in|from)\b",
    rf"(?<=\w )(?P<id>(?<![\w'])[b-hj-vx-z]\.?) {PERSON_BLANK}",
    (
        rf"\b(?P<id>van|von|de|del|della|di|da|dos|bin|ibn|mac|mc|abu|umm|el|al|st|saint|johns|md|san|santa"
        rf"|los|las|fort|new|mount|port)[ .-]{{1,2}}[{PERSON_BLANK}{PLACE_BLANK}]"
    ),
    (
        rf"(?<!\ba )(?<!the )(?<!\w[ym] )(?<!our )(?<!his )(?<!her )\b"
        rf"(?P<id>north|south|east|west|lake|upper|lower|cape"
        rf"|glen|grand|palm) {PLACE_BLANK}"
    ),
    rf"{BLANKS}, (?P<id>[a-z']{{3,20}}),? and {BLANKS}",
)
_PLACES = (
    rf"{PLACE_BLANK},? (?P<id>(?:{_STATES}|{_COUNTRIES}))\b",
    rf"{PLACE_BLANK},? (?P<id>{_POSTAL}){_AFTER}",
    rf"{PLACE_BLANK},? (?:the )?(?P<id>(?:{_OF_CARE} ){{1,2}}{_FACILITY})\b",
    (
        rf"\b(?:at|in|to|from|of) (?:the )?{BLANKS}+ "
        rf"(?P<id>(?:{_OF_CARE} ){{0,2}}(?:{_OF_CARE} {_FACILITY}|{_KIND}))\b"
    ),
    rf"{PLACE_BLANK} (?P<id>{_KIND})\b(?! (?:school )?(?:fees|costs|problems?|insurance))",
    r"\b(?:at|to|from) (?:the )?(?P<id>(?:general|children'?s|memorial|regional) hospital)(?= (?:of|in|on) )",
    rf"\b(?:{_CUES})(?: (?:here|back|over|up|down|to))? (?:from|in|to|for) (?:the )?(?P<id>{_COUNTRIES})\b",
    rf"\b(?:{_CUES}) (?P<id>{_COUNTRIES})\b|\b(?:southern|northern|eastern|western) (?P<side>{_COUNTRIES})\b",
    rf"(?<![\w.$])(?P<id>\d{{1,5}}) {PLACE_BLANK}",
    rf"\b(?P<id>{_HOUSE}) {PLACE_BLANK}",
    (
        rf"\b(?:seen|admitted|treated|evaluated|consulted|presented|discharged|referred)\b.{{0,80}}{PLACE_BLANK}"
        rf"(?: in {PLACE_BLANK}+)? (?P<id>last {_WHEN})\b"
    ),
    rf"\bin (?P<id>new york(?: city)?|los angeles|san francisco|las vegas)\b(?=.{{0,40}}{BLANKS})",
)
_NUMBERS = (
    rf"\bnumber\b.{{0,80}}(?<![\w'])(?P<id>[a-z]), {BLANKS}",
    (
        rf"\b(?:number|plan|policy|account|member|insurance) (?:is |number )?"
        rf"(?P<id>(?!(?:is|no|of|on|to|at|by|in|if|or|my|so|but|and|the|for|was"
        rf"|has|mrn|ssn|id)\b)[a-z]{{1,3}}[ -]?)(?={BLANKS})"
    ),
    r"\b(?:com|gmail|hotmail)\b",
    r"\bzip(?: ?code)?:? (?:is )?(?P<id>\d{3,})",
    r"\b(?:[0-9a-f]{1,4}[: ]){5,}[0-9a-f]{1,4}\b",
    r"\b\d{3}[ .-]\d{3,4}[ .-]\d{4}x\d+",
)
_PATTERNS = tuple(re.compile(pattern) for pattern in (*_NAMES, *_PLACES, *_NUMBERS))


@dataclass(frozen=True, kw_only=True)
class LeftoverDetector:
    """The rest of what was masked in part: a family name, an initial, a state, the kind of an institution."""

    kind: str = "leftover"

    def find(
        self, lines: Iterable[PlainLine], suspects: Suspects
    ) -> Iterator[tuple[int, int, int]]:
        for number, line in enumerate(lines):
            for pattern in _PATTERNS:
                for match in pattern.finditer(line.text):
                    yield number, *match.span(match.lastgroup or 0)
