"""Which engines hear, write and find names, and what may be expected of them; and the Python they run on."""

from appliance.adapters.machine.finding import Finding, MachineInputs, Verdict

_OLDEST_PYTHON = (3, 11)
_TROUBLES = {
    "out_of_memory": (
        "The GPU's memory does not hold even one window of speech, so recordings wait and keep.",
        "Free the GPU of other programs or choose a smaller model, and restart serving.",
    ),
    "broken": (
        "The GPU failed while hearing speech; its engine starts again, and recordings wait.",
        "If it stays so, restart the machine and look at the GPU's driver.",
    ),
}


def check_speech(inputs: MachineInputs) -> Finding:
    """The demo engine shows the flow; nobody should sign what it heard without reading it all."""
    speech = inputs.speech
    if speech is None and inputs.speech_trouble in _TROUBLES:
        return _speech(Verdict.FAIL, *_TROUBLES[inputs.speech_trouble])
    if speech is None:
        return _speech(
            Verdict.WARN,
            "Speech recognition does not answer, so recordings wait. Typing works.",
            "Start quietroom serving, and see what it says.",
        )
    if speech.is_demo:
        return _speech(
            Verdict.WARN,
            f"Speech is heard by the demo engine ({speech.name}), which makes many mistakes. It "
            "shows how the box works; it is not for real sessions.",
            "Put the weights of a speech model on the shelf and restart serving.",
        )
    return _speech(Verdict.OK, f"Speech is heard by {speech.name}.")


def _speech(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="speech_engine", promise="P6", verdict=verdict, says=says, mend=mend)


def check_notes(inputs: MachineInputs) -> Finding:
    """The built-in writer adds nothing that was not said: plainer notes, but no promise broken."""
    notes = inputs.notes
    if notes is None:
        return _notes(
            Verdict.WARN,
            "Drafting does not answer, so notes are not drafted. Nothing is lost.",
            "Start quietroom serving, and see what it says.",
        )
    if notes.is_demo:
        says = "Notes are drafted by the built-in writer, which selects and quotes what was said."
        mend = "For drafts by a language model, put its weights on the shelf and restart serving."
        return _notes(Verdict.OK, says, mend)
    return _notes(Verdict.OK, f"Notes are drafted by {notes.name}.")


def _notes(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="notes_engine", promise="P7", verdict=verdict, says=says, mend=mend)


def check_identifiers(inputs: MachineInputs) -> Finding:
    """Where a large model is configured, nothing is masked without it."""
    wanted, loaded = inputs.identifiers_wanted, inputs.identifiers
    if wanted is None:
        says = "Names are found by the client's record, lists and the small name model that ships."
        return _identifiers(Verdict.OK, says)
    if loaded is not None and loaded.name == wanted:
        return _identifiers(Verdict.OK, f"The large name model {wanted} looks for names too.")
    return _identifiers(
        Verdict.FAIL,
        f"The large name model {wanted} is configured and serving has not loaded it, so nothing "
        "is masked and no note is drafted. Nothing is lost.",
        f"Set QUIETROOM_SERVING_IDENTIFIERS_ENGINE={wanted} and restart serving, or unset "
        "QUIETROOM_IDENTIFIERS_MODEL.",
    )


def _identifiers(verdict: Verdict, says: str, mend: str = "") -> Finding:
    return Finding(key="name_model", promise="P2", verdict=verdict, says=says, mend=mend)


def check_python(inputs: MachineInputs) -> Finding:
    """An older Python does not start the box at all."""
    version = ".".join(map(str, inputs.python_version))
    is_fit = inputs.python_version >= _OLDEST_PYTHON
    return Finding(
        key="python",
        promise="P6",
        verdict=Verdict.OK if is_fit else Verdict.FAIL,
        says=f"Python {version} is {'fit' if is_fit else 'too old'} for the box.",
        mend="" if is_fit else "Install Python 3.11 or newer.",
    )
