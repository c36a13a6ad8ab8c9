"""What a typed summary's note tells at every verbosity besides risk: by closed lists of cues."""

import re

_NEGATION = re.compile(
    r"\b(?:den(?:y|ies|ied)|no|not|never|none|neither|nor|without|neg(?:ative)?|cannot|unable|declin(?:es|ed)|"
    r"refus(?:es|ed))\b|n['’]t\b|\bw/o\b",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"\b(?:phq|gad|audit|pcl|bdi|bai|y-?bocs|oci|core|ors|srs|oq|dass|k10|epds|ces|moca|mdq|asrs|isi|"
    r"who-?5|spin|c-?ssrs|hads|wsas|ies-r|suds?|voc|mood|rated|score[ds]?|gaf|scale)\b.{0,25}\d",
    re.IGNORECASE,
)
_SCORE_JOINED = re.compile(r"\b(?:phq|gad|pcl|bdi|bai|audit|isi)-?\d+\b", re.IGNORECASE)
_SUBSTANCE = re.compile(
    r"\b(?:alcohol|alc|etoh|beers?|wine|vodka|liquor|drinks?|drinking|drank|drunk|cannabis|thc|weed|marijuana|"
    r"cocaine|opioids?|oxy\w*|heroin|meth\w*|fentanyl|benzos?|xanax|nicotine|vap(?:es?|ing)|cigarettes?|"
    r"smok(?:es?|ed|ing)|sober|sobriety|relaps\w+|withdrawal|substances?|drugs?|AA|NA|gambl\w+)\b",
    re.IGNORECASE,
)
_MEDICATION = re.compile(
    r"\b(?:meds?|medications?|\d+ ?(?:mg|mcg|ml)|prn|rx'?d?|dos(?:e|es|age)|pills|tablets?|prescri\w+|"
    r"refill\w*|"
    r"lexapro|zoloft|prozac|sertraline|fluoxetine|escitalopram|citalopram|bupropion|wellbutrin|lithium|"
    r"lamotrigine|quetiapine|seroquel|trazodone|mirtazapine|venlafaxine|effexor|duloxetine|cymbalta|"
    r"hydroxyzine|melatonin|buspirone|adderall|ritalin|methylphenidate|clonazepam|lorazepam|propranolol|"
    r"prazosin|aripiprazole|abilify|naltrexone|suboxone|methadone|antidepressants?|ssri)\b",
    re.IGNORECASE,
)
_HOMEWORK = re.compile(r"\b(?:homework|hw|h/w|worksheet|diary|between sessions)\b", re.IGNORECASE)
_RELEASE = re.compile(
    r"\b(?:roi|release|consent|mandated|cps|aps|duty to warn|report(?:ed)? to (?:cps|child|police))\b"
    r"|\b(?:call|contact|inform|notify|tell|consult|consulted|coordinate|refer|referral|referred|email|ring|"
    r"write to)\b.{0,30}\b(?:dr|doctor|gp|pcp|psychiatr\w+|supervisor|school|physician|provider|prescriber|"
    r"nurse|lawyer|police|team)\b|\[PROVIDER_",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"\b(?:sle(?:ep\w*|pt)|hrs?|hours?)\b.{0,25}\d|\d.{0,12}\b(?:hrs?|hours?)\b"
    r"|\d+ ?-?min\w*\b.{0,12}\blate\b|\blate\b.{0,12}\d|\bx ?\d+ ?min\w*"
    r"|\b(?:session|seen|met|telehealth|video|office|phone)\b.{0,25}\d+ ?-?min"
    r"|\b\d+ ?-?min\w* (?:session|call)\b"
    r"|\b(?:lost|gained) .{0,12}(?:lbs?|pounds|kg)\b",
    re.IGNORECASE,
)
_ALL = (_NEGATION, _SCORE, _SCORE_JOINED, _SUBSTANCE, _MEDICATION, _HOMEWORK, _RELEASE, _FIGURES)


def is_never_left_out(fragment: str) -> bool:
    """Negations, scores, substances, medication, homework, releases, who is told, sleep and time."""
    return any(cues.search(fragment) is not None for cues in _ALL)
