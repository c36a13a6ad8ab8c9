"""Makes every word of an utterance plain talk: no markup, formulas, markers or hidden characters."""

import re
import unicodedata

_MARKUP = (
    re.compile(r"<\|[^|>]*\|>"),
    re.compile(r"</?[A-Za-z!][^<>]{0,200}>"),
    re.compile(r"\[/?(?:INST|SYS|system|user|assistant)\]", re.IGNORECASE),
    re.compile(r"`{1,3}|\*{2,}|_{2,}|~{2,}|^\s*#{1,6}\s+|^\s*>+\s+", re.MULTILINE),
    re.compile(r"\{\{[^{}]{0,200}\}\}|\{%[^%{}]{0,200}%\}"),
)
_LINK = re.compile(r"!?\[([^\]\n]{1,100})\]\((?:[^()\n]{1,300})\)")
_FORMULA = (
    re.compile(r"(?:(?<=\s)|^)(?:[=@][A-Za-z]|[+-][A-Z]{2})[\w.]*\((?:[^()]|\([^()]*\))*\)"),
    re.compile(r"(?:(?<=\s)|^)[=+@-][A-Za-z]\w*\|[^\s]*(?:[^!\n]{0,60}![A-Z]+\d+)?"),
)
_COMMAND_CELL = re.compile(r"[*=+@-]*\b[A-Za-z]\w{1,20}\|\s*['\"]?[^!\n]{0,60}![A-Z]+\d+")
_FORMULA_SIGNS = re.compile(r"(?:(?<=[.;]\s)|^)\s*[=@|\t]+\s*(?=\w)")
_ROLE = (
    r"(?:transcript|system|assistant|user|developer|instructions?|prompt|note|im_start|im_end|inst)"
)
_ORDERS = (
    re.compile(
        rf"</?\s*{_ROLE}\b[^>]*>.*?(?:</\s*{_ROLE}\s*>(?!\s*<)|$)", re.IGNORECASE | re.DOTALL
    ),
    re.compile(rf"<\|\s*{_ROLE}.*?(?:<\|\s*im_end\s*\|>|$)", re.IGNORECASE | re.DOTALL),
    re.compile(r"\\u003c.*?(?:\\u003c/?\w*\s*/?\w*\\u003e|$)", re.IGNORECASE | re.DOTALL),
    re.compile(
        r"#{2,}\s*(?:end|new|begin|start|stop|system|task|instruction)\b[^.!?]*[.!?]?",
        re.IGNORECASE,
    ),
    re.compile(r"\[/?(?:INST|SYS|SYSTEM)\].*?(?:\[/(?:INST|SYS|SYSTEM)\]|$)", re.DOTALL),
)
"""Text made to look as if the talk had ended and a machine were addressed: dropped with its marks."""
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_MARKERS = re.compile(
    r"[\[(<](?:inaudible|unintelligible|crosstalk|cross talk|noise|music|silence|"
    r"background[^\])>]*|"
    r"blank[_ ]audio|applause|laugh\w*(?: \w+)?|sigh\w*|cough\w*|pause\w*|long pause|sil|unk|"
    r"overlapping[^\])>]*|static)[\])>]",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """The text without control characters, markup, formulas and transcription markers.

    Line breaks survive as `\\n`; other white space becomes single spaces.
    """
    text = _visible(unicodedata.normalize("NFC", text))
    for pattern in _ORDERS:
        text = pattern.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    for pattern in (_MARKERS, *_MARKUP, *_FORMULA, _COMMAND_CELL, _FORMULA_SIGNS):
        text = pattern.sub(" ", text)
    text = _ADDRESS.sub("(address left out)", text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _visible(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    kept = (c for c in text if c in "\n\t" or not unicodedata.category(c).startswith("C"))
    return "".join(kept).replace("\t", " ")
