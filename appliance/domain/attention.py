"""Why an encounter needs a person, in words: what happened, and what to do."""

from dataclasses import dataclass

from appliance.domain.encounter import Attention


@dataclass(frozen=True, kw_only=True)
class AttentionWords:
    """What happened, and what a clinician can do about it."""

    title: str
    advice: str

    @property
    def sentence(self) -> str:
        return f"{self.title}. {self.advice}"


_RECORDING_KEPT = "It is kept for three days in case you want to try again, then destroyed."

ATTENTION_WORDS: dict[Attention, AttentionWords] = {
    Attention.NO_SPEECH_FOUND: AttentionWords(
        title="No speech was found in the recording",
        advice="Nothing was made up from silence. Type a summary, or upload another recording. "
        "The silent one is destroyed.",
    ),
    Attention.NO_MATERIAL: AttentionWords(
        title="There is too little here to write a note from",
        advice="Start over with a longer summary, or write the note by hand.",
    ),
    Attention.NOT_A_RECORDING: AttentionWords(
        title="The file could not be read as a recording",
        advice="Choose the original file again (wav, mp3, m4a, mp4, ogg, webm or flac), "
        "or type a summary.",
    ),
    Attention.RECORDING_EMPTY: AttentionWords(
        title="The recording held no sound",
        advice="Choose the file again; if it plays on your computer, tell your administrator. "
        "Or type a summary.",
    ),
    Attention.RECORDING_TOO_LARGE: AttentionWords(
        title="The recording is longer than the box takes",
        advice="Split it into parts under four hours, or type a summary.",
    ),
    Attention.RECORDING_CUT_SHORT: AttentionWords(
        title="The recording stops early",
        advice=f"The file says it is longer than the sound in it. {_RECORDING_KEPT} "
        "Upload the original again, or use what is there.",
    ),
    Attention.GATE_BLOCKED: AttentionWords(
        title="A name or number was still in the text, so the note writer was not given it",
        advice="Look at what was found and say what it is; then the work goes on by itself. Nothing "
        "has been given to the note writer.",
    ),
    Attention.PAYLOAD_BLOCKED: AttentionWords(
        title="A name or number was in what goes along with the words, so nothing was sent",
        advice="The words themselves are clean, so there is nothing in them to decide about. What was "
        "found stands in the choices that go along: your word for a client, a method, a speaker's "
        "title. Change those choices and try again, write the note by hand, or ask your administrator. "
        "Nothing has been given to the note writer.",
    ),
    Attention.UPLOAD_ABANDONED: AttentionWords(
        title="The recording never arrived in full",
        advice="What had arrived is destroyed. Upload it again, or type a summary.",
    ),
    Attention.WORDS_EXPIRED: AttentionWords(
        title="The words were destroyed before there was a draft",
        advice="Their time was over, and they are gone as promised. Type a summary from memory, "
        "or write the note by hand.",
    ),
    Attention.SOURCES_DESTROYED: AttentionWords(
        title="What this draft was made from is destroyed",
        advice="Its time was over. The draft stays for you to finish and sign; it can no longer "
        "show what its sentences rest on.",
    ),
    Attention.DRAFT_EXPIRED: AttentionWords(
        title="The unsigned draft was destroyed",
        advice="Its time was over before it was signed. Write the note by hand or type a summary "
        "from memory.",
    ),
    Attention.COSIGNATURE_DECLINED: AttentionWords(
        title="Your supervisor sent the note back",
        advice="Change the note, then sign it again.",
    ),
    Attention.STEP_FAILING: AttentionWords(
        title="This is taking several tries",
        advice="The box keeps trying by itself and nothing is lost. You can also write the note "
        "by hand; if it stays like this, tell your administrator.",
    ),
}
