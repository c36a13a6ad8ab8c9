"""Why an encounter needs a person, as a sentence with what to do; for programs that show it."""

from appliance.domain.encounter import Attention

ATTENTION_SENTENCES: dict[Attention, str] = {
    Attention.NO_SPEECH_FOUND: "No speech was found in the recording. "
    "It is destroyed; type a summary or upload another.",
    Attention.NO_MATERIAL: "There is too little in these words to write a note from. "
    "Start over with a longer summary, or write the note by hand.",
    Attention.NOT_A_RECORDING: "The file could not be read as a recording. "
    "Send the original as wav, mp3, m4a, mp4, ogg, webm or flac, or type a summary.",
    Attention.RECORDING_EMPTY: "The recording held no sound. "
    "Choose the file again, or type a summary.",
    Attention.RECORDING_TOO_LARGE: "The recording is longer than the box takes. "
    "Split it into parts under four hours, or type a summary.",
    Attention.RECORDING_CUT_SHORT: "The file says it is longer than the sound in it. "
    "Upload the original again, or use what is there; it is kept for three days.",
    Attention.GATE_BLOCKED: "A name or number was still in the text, so the note model was not "
    "given it. Add the name to the client's record and try again, or write the note by hand.",
    Attention.UPLOAD_ABANDONED: "The recording never arrived in full, and what had arrived is "
    "destroyed. Upload it again, or type a summary.",
    Attention.WORDS_EXPIRED: "The words were destroyed at their deadline, before there was a "
    "draft. Type a summary from memory, or write the note by hand.",
    Attention.SOURCES_DESTROYED: "What this draft was made from was destroyed at its deadline. "
    "The draft stays for you to finish and sign.",
    Attention.COSIGNATURE_DECLINED: "Your supervisor sent the note back. "
    "Change it, then sign again.",
    Attention.STEP_FAILING: "This is taking several tries. The box keeps trying by itself and "
    "nothing is lost; if it stays like this, tell your administrator.",
}
