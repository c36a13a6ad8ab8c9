"""Families of interventions, so that one name for a piece of work is known by another."""

import re

_FAMILIES: dict[str, str] = {
    "reflective listening": r"reflect\w*|active listening|empath\w+|paraphras\w+|mirroring",
    "affirmation": r"affirm\w*|prais\w*|strengths?\b|encourag\w*",
    "validation": r"validat\w*|normali[sz]\w*",
    "psychoeducation": r"psycho-?ed\w*|educat\w*|explain\w*|rationale|information|model of",
    "cognitive restructuring": (
        r"cognitive (?:restructur\w*|reframing|challeng\w*|work)|restructur\w*"
        r"|thought (?:challeng\w*|records?)|"
        r"challeng\w*|examin\w+ (?:the )?evidence|evidence\b|balanced th\w+|socratic|disput\w*|"
        r"reality test\w*|decatastrophi\w*|alternative (?:thought|explanation|perspective|view)\w*|"
        r"thinking (?:trap|error)s?|cognitive distortion\w*|testing (?:the |a )?(?:belief"
        r"|prediction|thought)s?"
    ),
    "socratic questioning": r"socratic|guided discovery|downward arrow",
    "reframing": r"refram\w*",
    "negative cycle": r"(?:negative )?(?:cycle|pattern|dance)\b|pursu\w+|de-?escalat\w*",
    "enactment": r"enact\w*|turn(?:ing)? to (?:each|partner)|direct (?:dialogue|communication) between",
    "scaling": r"scal(?:e|ing)\b|ruler|rat(?:e|ing)\b|suds?|confidence|importance|measur\w*|monitoring",
    "exposure": r"expos\w*|habituat\w*|hierarch\w*|in vivo|imaginal|interoceptive|ladder",
    "response prevention": r"response prevention|ritual\w*|delay\w*|urge\w*|compulsion\w*",
    "behavioural activation": r"behaviou?ral activation|activit\w+|schedul\w*|graded task\w*",
    "behavioural experiment": r"experiment\w*|prediction\w*",
    "problem solving": r"problem[- ]solv\w*|brainstorm\w*|generat\w+ options|options",
    "mindfulness": (
        r"mindful\w*|body scan|meditat\w*|ground\w*|breath\w*|present[- ]moment|notic\w*|"
        r"relax\w*|muscle|5-4-3-2-1|orienting"
    ),
    "defusion": r"defus\w*|leaves on|passengers|naming the (?:story|mind)|noticing",
    "acceptance": r"accept\w*|willing\w*|urge surf\w*|making room|allowing",
    "values": r"values?\b|committed action|values?-based|what matters",
    "ambivalence": r"ambival\w*|decisional balance|pros and cons|change talk|sustain talk|double[- ]sided",
    "evoking change": r"evok\w*|elicit\w*|change talk|explor\w*",
    "exploring": r"explor\w*|elicit\w*|open (?:questions?|enquiry)|inquir\w*|enquir\w*|clarif\w*|discuss\w*",
    "chain analysis": r"chain|functional analysis|antecedent\w*|trigger\w*",
    "skills": (
        r"skills?\b|coach\w*|teach\w*|TIPP?\b|opposite action|DEAR ?MAN|STOP\b|distress tolerance"
        r"|rehears\w*"
    ),
    "role play": (
        r"role[- ]?play\w*|rehears\w*|practi[sc]\w+ (?:the |a )?(?:conversation|saying|words)"
        r"|two[- ]chair|empty chair|chair"
    ),
    "safety planning": r"safety|crisis|means (?:restriction|safety)|risk|suicid\w*",
    "homework review": (
        r"homework|between[- ]session|review\w* (?:of )?(?:the )?(?:diary|record|practice|task"
        r"|homework|log|week)"
    ),
    "parts work": r"parts?\b|unblend\w*|self[- ]energy|inner critic|protect\w*|exile\w*",
    "bilateral stimulation": (
        r"bilateral|EMDR|eye movement\w*|"
        r"taps?|tapping|reprocess\w*|sets?\b|desensiti\w*"
    ),
    "resourcing": r"resourc\w*|safe place|calm place|container",
    "installation": r"install\w*|positive cognition|VOC\b",
    "miracle question": r"miracle|preferred future|best hopes",
    "exceptions": r"exception\w*|what(?:'s| is) better|coping question\w*",
    "externalising": r"externali[sz]\w*|naming the problem|separat\w+ .*problem",
    "re-authoring": (
        r"re-?author\w*|unique outcome\w*|alternative story|preferred (?:story|identity)"
        r"|re-?member\w*|story"
    ),
    "circular questioning": r"circular|perspective[- ]taking|perspectives?|systemic|relational question\w*",
    "interpretation": r"interpret\w*|link\w*|transference|defen[cs]e\w*|repetition|connect\w*|pattern\w*",
    "somatic": r"somatic|body|sensation\w*|felt sense|pendulat\w*|titrat\w*|track\w*|nervous system",
    "self-compassion": r"compassion\w*|kind\w* to (?:self|oneself)",
    "grief work": r"grief|loss|continuing bond\w*|mourning|memor\w*",
    "sleep": r"sleep|stimulus control|efficiency",
    "communication": (
        r"communicat\w*|i[- ]statement\w*|"
        r"assertive\w*|soft\w* start\w*|repair|listen\w*|speaker"
    ),
    "bonding": r"bond\w*|attachment|concrete (?:request|bonding)|request|need\b|needs\b|agreement",
    "relapse prevention": r"relapse|high[- ]risk|warning signs|coping plan|trigger\w*",
    "goal setting": (
        r"goal\w*|negotiat\w*|agree\w*|treatment plan\w*|action plan\w*|plan\w*|next step\w*"
        r"|agenda"
    ),
    "assessment": r"assess\w*|screen\w*|PHQ|GAD|AUDIT|C-?SSRS|questionnaire|history|intake|measures?",
    "consent": r"consent|confidential\w*|limits of|contract\w*",
    "stuck points": r"stuck point\w*|impact statement|ABC|challenging (?:questions|beliefs)",
    "trauma narrative": r"narrative|trauma (?:account|memory)|account",
    "play": r"play|sand|draw\w*|puppet\w*|art\b|toy",
    "group process": r"group (?:process|cohesion)|universality|linking|cohesion|feedback|check-?in|norms?",
    "parenting": r"parent\w*|special time|praise|limit[- ]setting|boundar\w*|consequences|routine\w*",
    "boundaries": r"boundar\w*|limit\w*|saying no|assertive\w*",
    "imagery": r"imag\w*|rescript\w*|visuali[sz]\w*",
    "relationship": r"relationship|progress|defensive|interpersonal|immediacy|between us",
    "summarising": r"summar\w*|feedback|recap\w*",
}
_COMPILED = {name: re.compile(rf"\b(?:{cues})", re.IGNORECASE) for name, cues in _FAMILIES.items()}


def families(name: str) -> frozenset[str]:
    """Every family that a name belongs to; none where it is not known."""
    return frozenset(family for family, cues in _COMPILED.items() if cues.search(name))


def without_techniques(text: str) -> str:
    """The text with names of interventions taken out: they describe the work and tell nothing more."""
    for cues in _COMPILED.values():
        text = cues.sub(" ", text)
    return text
