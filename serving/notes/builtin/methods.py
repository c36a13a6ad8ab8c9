"""The words by which each therapy method's interventions are recognised."""

import re
from dataclasses import dataclass

VOCABULARY: dict[str, tuple[str, ...]] = {
    "ACT": (
        "cognitive defusion", "defusion", "defus(?:e|ed|ing)",
        "values (?:card|work|exercise|clarification|compass)",
        "committed action", "psychological flexibility", "willingness", "leaves on a stream",
        "observing self", "self as context", "choice point", "passengers on the bus(?: metaphor)?",
        "acceptance",
        "creative hopelessness", "urge surfing", "matrix exercise",
    ),
    "CBT": (
        "thought (?:record|diary|log)s?", "behaviou?ral activation", "behaviou?ral experiments?",
        "cognitive restructuring", "cognitive distortions?", "automatic (?:negative )?thoughts?",
        "thinking (?:trap|error)s?", "evidence for and against",
        "activity (?:schedule|scheduling|monitoring|diary)",
        "downward arrow", "core beliefs?", "catastrophi[sz]ing", "all[- ]or[- ]nothing thinking",
        "mind[- ]reading", "socratic questioning", "worry time", "cognitive triangle",
        "hot cross bun",
        "graded exposure", "sleep restriction", "stimulus control", "sleep diary",
        "sleep efficiency",
        "(?:look(?:ing)? at|examin(?:e|ing)|weigh(?:ing)? up|what(?:'?s| is)) the evidence",
        "evidence (?:for|against)",
        "(?:more )?balanced (?:way of thinking|thinking|thoughts?|view)",
        "interoceptive(?: exposure)?", "alternative thoughts?", "worry tree",
        "ABC (?:sheet|model|worksheet)",
    ),
    "CPT": (
        "stuck points?", "impact statement", "challenging questions(?: worksheet)?",
        "ABC worksheet",
        "trauma account", "problematic patterns?", "challenging beliefs worksheet",
        "assimilation", "over-?accommodation",
    ),
    "DBT": (
        "distress tolerance", "TIPP?(?: skills?)?", "opposite action", "DEAR ?MAN", "wise mind",
        "radical acceptance", "emotion regulation", "interpersonal effectiveness",
        "chain analysis",
        "diary cards?", "check the facts", "PLEASE skills?", "STOP skill", "half[- ]smile",
        "self[- ]soothe?(?:ing)?", "ACCEPTS", "skills group", "mindfulness of current emotion",
        "GIVE skills?", "FAST skills?",
    ),
    "EFT": (
        "negative cycle", "pursue[- ]withdraw\\w*(?: (?:cycle|pattern))?", "attachment needs?", "enactments?",
        "softening",
        "primary emotions?", "de-?escalation", "raw spots?", "pursuer", "withdrawer",
        "demon dialogues?",
        "hold me tight", "the dance", "bonding",
    ),
    "EMDR": (
        "bilateral(?: stimulation)?", "eye movements?", "SUDS?|suds", "VOC", "target memory",
        "targets?(?=:| (?:was|is|image|memory))",
        "reprocess(?:ed|ing)?", "desensiti[sz]ation", "safe place", "calm place", "resourcing",
        "butterfly (?:tap|hug)s?", "positive cognition", "negative cognition", "installation",
        "body scan", "tappers?", "tapping", "float ?back", "container exercise",
        "sets? of (?:eye movements?|taps?)", "follow my (?:fingers?|hand)", "how disturbing",
        "how true does (?:that|it) feel", "rather believe",
    ),
    "ERP": (
        "exposure hierarchy", "fear (?:ladder|hierarchy)", "response prevention", "exposures?",
        "rituals?", "compulsions?", "habituation", "ritual (?:delay|prevention)",
        "imaginal script", "SUDS?|suds", "fear thermometer",
    ),
    "Gottman": (
        "four horsemen", "stonewalling", "contempt", "love maps?", "repair attempts?",
        "soft(?:ened)? start-?up",
        "bids? for connection", "turning toward", "sound relationship house", "flooding",
        "aftermath of a fight", "rituals of connection",
    ),
    "IFS": (
        "parts work", "protectors?", "managers? part", "firefighters?", "exiles?",
        "unblend(?:ed|ing)?", "unburden(?:ed|ing)?",
        "self[- ]energy", "protective parts?", "parts? of (?:me|you|her|him|them) that",
        "inner critic", "young(?:er)? part", "(?:angry|scared|critical|critic) part",
    ),
    "MI": (
        "change talk", "sustain talk", "decisional balance",
        "(?:importance|confidence|readiness) (?:ruler|scale)",
        "importance \\d+", "confidence \\d+", "ambivalence", "rolling with resistance",
        "elicit[- ]provide[- ]elicit",
        "pros and cons", "reflective listening", "stage of change", "affirmations?",
    ),
    "Mindfulness": (
        "body scan", "mindful(?:ness)?(?: \\w+)?", "breath awareness", "sitting meditation",
        "meditation",
        "three[- ]minute breathing space", "grounding", "5-4-3-2-1", "raisin exercise",
        "loving[- ]kindness",
    ),
    "Narrative": (
        "externali[sz](?:e|ed|ing)", "re-?author(?:ed|ing)", "unique outcomes?", "dominant story",
        "preferred story", "outsider witness", "re-?membering", "alternative story",
        "therapeutic letter",
    ),
    "PE": (
        "imaginal exposure", "in vivo(?: exposure)?", "prolonged exposure", "trauma memory",
        "SUDS?|suds",
        "hot ?spots?", "breathing retraining", "exposure hierarchy",
        "recordings? of the (?:imaginal|session)",
    ),
    "Person-Centered": (
        "unconditional positive regard", "empathic reflection", "active listening",
        "reflective listening", "congruence", "validat(?:ed|ion|ing)",
    ),
    "Play": (
        "sand ?tray", "dolls? ?house", "puppets?", "play themes?", "directive play",
        "non-?directive play", "drawings?", "figurines?",
    ),
    "Psychodynamic": (
        "transference", "counter-?transference", "defen[cs]es?", "unconscious", "interpretation",
        "free association",
        "dreams? work", "early attachment", "repetition", "object relations",
        "internal working model",
    ),
    "SFBT": (
        "miracle question", "exception questions?", "exceptions?", "scaling questions?",
        "preferred future", "best hopes",
        "coping questions?", "compliments?", "scale of (?:one|1|0|zero) to (?:ten|10)",
        "one step up", "what(?:'s| is) (?:been )?better",
    ),
    "Somatic": (
        "pendulat(?:e|ed|ion|ing)", "titrat(?:e|ed|ion|ing)", "felt sense", "body sensations?",
        "orienting",
        "grounding", "body scan", "nervous system", "window of tolerance", "somatic \\w+",
        "resourcing", "tracking sensations?",
    ),
    "Supportive": (
        "validat(?:ed|ion|ing)", "reassurance", "encourage(?:d|ment)", "active listening",
        "normali[sz](?:ed|ation|ing)",
    ),
    "TF-CBT": (
        "trauma narrative", "PRACTICE components?", "cognitive coping",
        "affect(?:ive)? modulation", "conjoint session",
        "relaxation skills?", "gradual exposure", "psychoeducation about trauma",
        "in vivo mastery", "feelings? identification",
    ),
}  # fmt: skip
"""Terms by the method's name as people choose it. A term names an intervention only as said."""

_PHRASES: dict[str, str] = {
    r"(?:look(?:ing)? at|examin(?:e|ing)|weigh(?:ing)? up|what(?:'?s| is)) the evidence": (
        "examining the evidence"
    ),
    r"evidence (?:for|against)": "examining the evidence",
    r"(?:more )?balanced (?:way of thinking|thinking|thoughts?|view)": "balanced thinking",
    r"scale of (?:one|1|0|zero) to (?:ten|10)|scale from (?:one|1|0|zero) to (?:ten|10)": "scaling",
    r"what(?:'s| is) (?:been )?better": "asking what is better",
    r"follow my (?:fingers?|hand)": "eye movements",
    "how disturbing": "rating disturbance",
    "how true does (?:that|it) feel": "rating the belief",
    "rather believe": "positive cognition",
    r"parts? of (?:me|you|her|him|them) that": "parts",
}
"""How people say an intervention, and what it is called."""
_UPPER_ONLY = frozenset({"TIPP?(?: skills?)?", "SUDS?|suds", "VOC", "ACCEPTS", "PLEASE skills?"})


@dataclass(frozen=True, kw_only=True)
class Found:
    """A method's term found in the words: where it ends, and what it was."""

    method: str
    term: str
    name: str
    end: int


def _pattern(term: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{term})(?![\w-])", 0 if term in _UPPER_ONLY else re.IGNORECASE)


_PATTERNS = {
    method: [_pattern(term) for term in sorted(terms, key=len, reverse=True)]
    for method, terms in VOCABULARY.items()
}
_TERMS = {term for terms in VOCABULARY.values() for term in terms}
_ANY = tuple(
    re.compile(rf"\b(?:{'|'.join(sorted(terms))})(?![\w-])", flags)
    for terms, flags in ((_UPPER_ONLY, 0), (_TERMS - _UPPER_ONLY, re.IGNORECASE))
)
_NAMES = {
    "cognitive behavioral therapy": "CBT", "cognitive behavioural therapy": "CBT", "cbt-i": "CBT",
    "dialectical behavior therapy": "DBT", "dialectical behaviour therapy": "DBT",
    "acceptance and commitment therapy": "ACT", "motivational interviewing": "MI",
    "eye movement desensitization and reprocessing": "EMDR", "internal family systems": "IFS",
    "exposure and response prevention": "ERP", "solution-focused brief therapy": "SFBT",
    "emotionally focused therapy": "EFT", "prolonged exposure": "PE",
    "cognitive processing therapy": "CPT", "gottman method": "Gottman",
    "mindfulness-based therapy": "Mindfulness", "narrative therapy": "Narrative",
    "person-centered therapy": "Person-Centered", "play therapy": "Play",
    "psychodynamic therapy": "Psychodynamic", "somatic therapy": "Somatic",
    "supportive therapy": "Supportive", "trauma-focused cognitive behavioral therapy": "TF-CBT",
}  # fmt: skip


def find_method(text: str, chosen: tuple[str, ...]) -> Found | None:
    """The first term of a chosen method that the text itself uses; None where there is none.

    A method that was chosen and whose words were not said is not found: it is never claimed.
    """
    for name in chosen:
        method = _NAMES.get(name.lower(), name)
        for pattern in _PATTERNS.get(method, ()):
            if (match := pattern.search(text)) and not re.search(rf"\b{re.escape(name)}\b", text):
                named = _shown(match.group())
                return Found(method=name, term=match.group(), name=named, end=match.end())
    return None


def _shown(term: str) -> str:
    """What a term is called in a note: phrases of talk have a name, names stand for themselves."""
    for phrase, name in _PHRASES.items():
        if re.fullmatch(phrase, term, re.IGNORECASE):
            return name
    return term


def names_an_intervention(text: str) -> bool:
    """True where the text uses a term of any method's vocabulary."""
    return any(pattern.search(text) for pattern in _ANY)
