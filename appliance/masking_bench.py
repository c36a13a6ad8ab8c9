"""`quietroom bench masking`: our masking with everything that ships beside Presidio, on one text in one run.

Presidio runs with a blank spaCy pipeline, so it looks for patterns only and finds no names. It comes
with the extra `compare`, never with the box.
"""

import time
from collections.abc import Callable
from typing import Any

from appliance.adapters.identifiers import build_gate, build_masker
from appliance.adapters.identifiers.invented_text import Inventor
from appliance.adapters.machine.process import resident_mib
from appliance.bench.flow import print_figures
from appliance.demo.show import SUMMARY
from appliance.domain.errors import Misconfigured
from appliance.domain.masking.known import KnownName, KnownRecord
from appliance.domain.masking.masked import MaskedLine
from appliance.domain.masking.pipeline import mask_and_admit
from appliance.domain.transcript import Origin

HOUR_WORDS = 9_000
"""Words of an hour's talk at 150 a minute, the usual rate of conversation."""
ROUNDS = 3
RECORD = KnownRecord(
    names=(
        KnownName(text="Dana Whitfield", role="CLIENT"),
        KnownName(text="Tomas Rivera-Lund", role="PARTNER"),
        KnownName(text="Larkspur", role="CITY"),
    )
)
Work = Callable[[], object]


def bench_masking(*, as_json: bool) -> int:
    """Characters a processor second of both, their ratio, an hour of talk, memory. Raises Misconfigured."""
    lines = _hour()
    characters = sum(len(line.text) for line in lines)
    before_mib = resident_mib()
    masker, gate = build_masker(), build_gate()

    def ours() -> object:
        return masker.mask(lines, RECORD, Origin.SPEECH)

    def whole() -> object:
        return mask_and_admit(masker, gate, origin=Origin.SPEECH, utterances=lines, known=RECORD)

    ours_seconds, whole_seconds = _best(ours), _best(whole)
    ours_mib = resident_mib() - before_mib
    presidio_seconds = _best(_presidio([line.text for line in lines]))
    figures: dict[str, Any] = {
        "chars_per_second": round(characters / ours_seconds),
        "presidio_chars_per_second": round(characters / presidio_seconds),
        "ratio": round(presidio_seconds / ours_seconds, 2),
        "hour_seconds": round(ours_seconds, 3),
        "hour_with_gate_seconds": round(whole_seconds, 3),
        "memory_mib": round(ours_mib, 1),
        "characters": characters,
        "rounds": ROUNDS,
    }
    print_figures(figures, as_json=as_json)
    return 0


def _hour() -> tuple[MaskedLine, ...]:
    """The demo's summary and invented talk, for as many words as an hour has."""
    inventor = Inventor(11)
    texts: list[str] = [SUMMARY]
    while sum(len(text.split()) for text in texts) < HOUR_WORDS:
        texts += inventor.excerpt().text.splitlines()
    return tuple(
        MaskedLine(id=f"u{number}", speaker="client", text=text)
        for number, text in enumerate(texts)
        if text.strip()
    )


def _presidio(texts: list[str]) -> Work:
    try:
        import spacy
        import tldextract
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import SpacyNlpEngine
    except ImportError:
        reason = "presidio is not installed; install the extra: pip install 'quietroom[compare]'"
        raise Misconfigured(details={"reason": reason}) from None
    # Its e-mail recogniser would fetch a list from the internet; this one stays with its snapshot.
    suffixes: Any = tldextract
    suffixes.extract = tldextract.TLDExtract(suffix_list_urls=())
    engine: Any = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    engine.nlp = {"en": spacy.blank("en")}
    analyzer = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])
    return lambda: [analyzer.analyze(text=text, language="en") for text in texts]


def _best(work: Work) -> float:
    """The least seconds of some rounds, after one that warms up."""
    work()
    return min(_seconds(work) for _ in range(ROUNDS))


def _seconds(work: Work) -> float:
    """Processor seconds, so that other programs on the machine do not count."""
    started = time.process_time()
    work()
    return time.process_time() - started
