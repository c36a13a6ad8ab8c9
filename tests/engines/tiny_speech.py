"""Runs in the engines' environment: makes a tiny Parakeet that knows the demo's sentences, and asks it.

make FOLDER                     a `.nemo` file of the real shape: FastConformer encoder, TDT decoder,
                                word pieces, saved by NeMo itself
random FOLDER LAYERS WIDTH      one with random weights, of any size (24 and 1024: a Parakeet's)
serve NAME SHELF                a request a line in (JSON), an answer a line out

What it learns are the turns of the demo's recording, as they stand in its dialogue.

Training goes in two parts, a few minutes on a CPU: the encoder learns by CTC; then the decoder
learns the path that the encoder's own alignment gives, by cross entropy, since the full TDT loss
needs a GPU to be quick (Xu et al., "Efficient Sequence Transduction by Jointly Predicting Tokens
and Durations", 2023).
"""

import json
import os
import sys
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""}

import numpy as np
import sentencepiece
import soundfile
import torch
from nemo.collections.asr.models import EncDecRNNTBPEModel
from nemo.utils import logging
from omegaconf import OmegaConf

from models.manifest import read_manifest
from models.shelf import Shelf
from serving.speech.voice_activity import VoiceActivity

DEMO = Path(__file__).resolve().parents[2] / "appliance" / "demo"
RATE_HZ = 16_000
DURATIONS = [0, 1, 2, 3, 4]
PIECES = 160
WIDTH = 96
HIDDEN = 64
FILE = "parakeet-tdt-0.6b-v2.nemo"
ENCODER_STEPS, DECODER_STEPS, TOGETHER = 380, 240, 4


def shape(tokenizer, layers, width, hidden, kernel):
    """A Parakeet's configuration, in small."""
    no_data = {"manifest_filepath": None, "sample_rate": RATE_HZ, "batch_size": 1, "shuffle": False}
    modules = "nemo.collections.asr.modules"
    prediction = {"pred_hidden": hidden, "pred_rnn_layers": 1, "t_max": None, "dropout": 0.0}
    return OmegaConf.create(
        {
            "sample_rate": RATE_HZ,
            "compute_eval_loss": False,
            "log_prediction": False,
            "rnnt_reduction": "mean_volume",
            "skip_nan_grad": False,
            "model_defaults": {
                "enc_hidden": width,
                "pred_hidden": hidden,
                "joint_hidden": hidden,
                "tdt_durations": DURATIONS,
                "num_tdt_durations": len(DURATIONS),
            },
            "train_ds": no_data,
            "validation_ds": no_data,
            "test_ds": no_data,
            "tokenizer": {"dir": str(tokenizer), "type": "bpe"},
            "preprocessor": {
                "_target_": f"{modules}.AudioToMelSpectrogramPreprocessor",
                "sample_rate": RATE_HZ,
                "normalize": "per_feature",
                "window_size": 0.025,
                "window_stride": 0.01,
                "window": "hann",
                "features": 40 if width < 512 else 128,
                "n_fft": 512,
                "frame_splicing": 1,
                "dither": 0.0,
                "pad_to": 0,
            },
            "encoder": {
                "_target_": f"{modules}.ConformerEncoder",
                "feat_in": 40 if width < 512 else 128,
                "feat_out": -1,
                "n_layers": layers,
                "d_model": width,
                "subsampling": "dw_striding",
                "subsampling_factor": 8,
                "subsampling_conv_channels": 32 if width < 512 else 256,
                "causal_downsampling": False,
                "ff_expansion_factor": 2 if width < 512 else 4,
                "self_attention_model": "rel_pos",
                "n_heads": 4 if width < 512 else 8,
                "att_context_size": [-1, -1],
                "xscaling": False,
                "untie_biases": True,
                "pos_emb_max_len": 5000,
                "conv_kernel_size": kernel,
                "conv_norm_type": "batch_norm",
                "dropout": 0.0,
                "dropout_pre_encoder": 0.0,
                "dropout_emb": 0.0,
                "dropout_att": 0.0,
            },
            "decoder": {
                "_target_": f"{modules}.RNNTDecoder",
                "normalization_mode": None,
                "random_state_sampling": False,
                "blank_as_pad": True,
                "prednet": prediction,
            },
            "joint": {
                "_target_": f"{modules}.RNNTJoint",
                "log_softmax": None,
                "preserve_memory": False,
                "fuse_loss_wer": False,
                "num_extra_outputs": len(DURATIONS),
                "jointnet": {
                    "joint_hidden": hidden,
                    "activation": "relu",
                    "dropout": 0.0,
                    "encoder_hidden": width,
                    "pred_hidden": hidden,
                },
            },
            "decoding": {
                "strategy": "greedy_batch",
                "model_type": "tdt",
                "durations": DURATIONS,
                "greedy": {"max_symbols": 10, "use_cuda_graph_decoder": False},
            },
            "loss": {
                "loss_name": "tdt_pytorch",
                "tdt_pytorch_kwargs": {"durations": DURATIONS, "sigma": 0.0},
            },
        }
    )


def tokenizer_of(folder, texts):
    """Word pieces by sentencepiece, in the files that NeMo expects."""
    folder.mkdir(parents=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=PIECES,
        model_type="bpe",
        character_coverage=1.0,
        hard_vocab_limit=False,
        bos_id=-1,
        eos_id=-1,
        minloglevel=2,
    )
    pieces = sentencepiece.SentencePieceProcessor(str(folder / "tokenizer.model"))
    names = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
    (folder / "vocab.txt").write_text("\n".join(names))
    return pieces


class Lessons:
    """Sentences alone and in pairs, with pauses, a little louder or quieter, in a little noise."""

    def __init__(self, spoken, pieces):
        self.spoken = [(samples, pieces.encode(text)) for samples, text in spoken]
        self.chance = np.random.default_rng(7)

    def some(self):
        rows = [self._one() for _ in range(TOGETHER)]
        sounds = [torch.from_numpy(samples) for samples, _ in rows]
        ids = [torch.tensor(pieces) for _, pieces in rows]
        return (*_padded(sounds), *_padded(ids))

    def _one(self):
        chance = self.chance
        first, count = int(chance.integers(len(self.spoken))), int(chance.choice([1, 2, 7]))
        parts, ids = [self._pause()], []
        for number in range(first, first + count):
            samples, pieces = self.spoken[number % len(self.spoken)]
            parts += [samples, self._pause()]
            ids += pieces
        whole = np.concatenate(parts) * chance.uniform(0.7, 1.2)
        return (whole + chance.normal(0, 0.0005, len(whole))).astype(np.float32), ids

    def _pause(self):
        return np.zeros(self.chance.integers(0, RATE_HZ // 2), np.float32)


def _padded(rows):
    padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    return padded, torch.tensor([len(row) for row in rows])


def encode(model, samples, lengths):
    features, length = model.preprocessor(input_signal=samples, length=lengths)
    encoded, length = model.encoder(audio_signal=features, length=length)
    return encoded.transpose(1, 2), length


def schooled(parameters, steps, fastest):
    optimiser = torch.optim.AdamW(parameters, lr=fastest, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, fastest, total_steps=steps)

    def learn(loss):
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()

    return learn


def ctc_loss(chances, ids, frames, counts):
    blank = chances.shape[-1] - 1
    return torch.nn.functional.ctc_loss(
        chances.transpose(0, 1), ids, frames, counts, blank=blank, zero_infinity=True
    )


def train_encoder(model, lessons, blank):
    head = torch.nn.Linear(WIDTH, blank + 1)
    learn = schooled([*model.encoder.parameters(), *head.parameters()], ENCODER_STEPS, 3e-3)
    for _ in range(ENCODER_STEPS):
        samples, lengths, ids, counts = lessons.some()
        encoded, frames = encode(model, samples, lengths)
        learn(ctc_loss(head(encoded).log_softmax(-1), ids, frames, counts))
    return head


def aligned(chances, ids, blank):
    """The frame at which each piece starts, on the likeliest CTC path (Viterbi)."""
    states = [blank, *(state for piece in ids for state in (piece, blank))]
    scores = chances[:, states]
    may_skip = [n >= 2 and s != blank and s != states[n - 2] for n, s in enumerate(states)]
    best = np.full(len(states), -1e30)
    best[:2] = scores[0, :2]
    came = np.zeros(scores.shape, int)
    for frame in range(1, len(scores)):
        stay, step = best, np.r_[-1e30, best[:-1]]
        skip = np.where(may_skip, np.r_[-1e30, -1e30, best[:-2]], -1e30)
        options = np.stack([stay, step, skip])
        came[frame] = options.argmax(0)
        best = options.max(0) + scores[frame]
    state = len(states) - (1 if best[-1] > best[-2] else 2)
    starts = [0] * len(ids)
    for frame in range(len(scores) - 1, -1, -1):
        if state % 2:
            starts[state // 2] = frame
        state -= came[frame, state]
    return starts


def path_of(starts, ids, frames, blank):
    """(frame, pieces so far, what comes, how far it leads) at each step that a TDT decoder takes."""
    frame = said = 0
    while frame < frames:
        following = [*starts[said:], frames]
        is_piece = said < len(ids) and frame >= starts[said]
        leads = min(DURATIONS[-1], following[1 if is_piece else 0] - frame)
        yield frame, said, ids[said] if is_piece else blank, leads
        frame, said = frame + leads, said + is_piece


def train_together(model, head, lessons, blank):
    """The decoder along the path that the encoder's alignment gives; the encoder goes on learning."""
    learn = schooled([*model.parameters(), *head.parameters()], DECODER_STEPS, 3e-3)
    entropy = torch.nn.functional.cross_entropy
    for _ in range(DECODER_STEPS):
        samples, lengths, ids, counts = lessons.some()
        encoded, frames = encode(model, samples, lengths)
        chances = head(encoded).log_softmax(-1)
        predicted = model.decoder(targets=ids, target_length=counts)[0].transpose(1, 2)
        seen, known, pieces, leads = [], [], [], []
        for row, likely in enumerate(chances.detach().numpy()):
            said, length = ids[row, : counts[row]].tolist(), int(frames[row])
            starts = aligned(likely[:length], said, blank)
            for frame, count, piece, lead in path_of(starts, said, length, blank):
                seen.append(encoded[row, frame])
                known.append(predicted[row, count])
                pieces.append(piece)
                leads.append(lead)
        joint = model.joint
        out = joint.joint_net(joint.enc(torch.stack(seen)) + joint.pred(torch.stack(known)))
        of_pieces = entropy(out[:, : blank + 1], torch.tensor(pieces))
        of_leads = entropy(out[:, blank + 1 :], torch.tensor(leads))
        learn(of_pieces + of_leads + 0.3 * ctc_loss(chances, ids, frames, counts))


def turns():
    """The demo's turns: what sounds, and what is said."""
    samples, rate = soundfile.read(DEMO / "sample.ogg", dtype="float32")
    texts = [
        turn["text"] for turn in json.loads((DEMO / "sample_dialogue.json").read_text())["turns"]
    ]
    voice = Shelf().take("silero-vad") / read_manifest("silero-vad").files[0].path
    stretches = VoiceActivity(voice).stretches(samples)
    assert (rate, len(stretches)) == (RATE_HZ, len(texts))
    return [
        (samples[int(one.start_seconds * RATE_HZ) : int(one.end_seconds * RATE_HZ)], text)
        for one, text in zip(stretches, texts, strict=True)
    ]


def make(folder):
    torch.manual_seed(7)
    spoken = turns()
    pieces = tokenizer_of(folder / "tokenizer", [text for _, text in spoken])
    blank = pieces.get_piece_size()
    model = EncDecRNNTBPEModel(shape(folder / "tokenizer", 2, WIDTH, HIDDEN, kernel=9)).train()
    lessons = Lessons(spoken, pieces)
    head = train_encoder(model, lessons, blank)
    train_together(model, head, lessons, blank)
    model.eval().save_to(str(folder / FILE))


def make_random(folder, layers, width):
    torch.manual_seed(7)
    tokenizer_of(folder / "tokenizer", [chr(97 + n) * 3 + chr(98 + n) for n in range(24)])
    model = EncDecRNNTBPEModel(shape(folder / "tokenizer", layers, width, 640, kernel=9))
    model.eval().save_to(str(folder / FILE))


def serve(name, shelf):
    """Windows as files of PCM16, hints; the answer is the wire's own JSON, or an error's name."""
    from serving.speech import nemo_engine
    from serving.speech.engine import Window

    engine = nemo_engine.load(name, shelf)
    print(engine.label.model_dump_json(), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        windows = [
            Window(sound=Path(file).read_bytes(), hints=tuple(asked.get("hints", ())))
            for file in asked["files"]
        ]
        try:
            heard = engine.hear(windows, lambda asked=asked: asked.get("wanted", True))
            print(json.dumps([one.model_dump() for one in heard]), flush=True)
        except Exception as error:  # noqa: BLE001 - the test reads its name
            print(json.dumps(type(error).__name__), flush=True)


if __name__ == "__main__":
    logging.set_verbosity(logging.ERROR)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    what, place = sys.argv[1], Path(sys.argv[2])
    if what == "make":
        make(place)
    elif what == "random":
        make_random(place, int(sys.argv[3]), int(sys.argv[4]))
    else:
        serve(sys.argv[2], Path(sys.argv[3]))
