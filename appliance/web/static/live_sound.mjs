// Inside the browser's sound thread: 16 kHz PCM16 in pieces of one second, channels interleaved, and
// a level every 50 ms. Nothing else leaves it.

const RATE = 16000;
const PIECE_FRAMES = RATE;
const LEVEL_FRAMES = RATE / 20;
const FULL = 32767;

class Tap extends AudioWorkletProcessor {
  constructor(options) {
    super();
    this.channels = options.processorOptions.channels;
    this.step = RATE / sampleRate;
    this.share = 0;
    this.sums = new Float64Array(this.channels);
    this.count = 0;
    this.startPiece();
    this.startLevel();
    this.port.onmessage = () => { this.give(); this.port.postMessage({ isFlushed: true }); };
  }

  startPiece() {
    this.piece = new Int16Array(PIECE_FRAMES * this.channels);
    this.frames = 0;
  }

  startLevel() { this.squares = 0; this.peak = 0; this.clipped = 0; this.measured = 0; }

  process(inputs) {
    const length = inputs[0]?.[0]?.length ?? 128;
    for (let at = 0; at < length; at += 1) this.take(inputs, at);
    return true;
  }

  /** One frame at the context's rate; at 16 kHz each is a frame of ours, else their mean is. */
  take(inputs, at) {
    for (let channel = 0; channel < this.channels; channel += 1) {
      this.sums[channel] += inputs[channel]?.[0]?.[at] ?? 0;
    }
    this.count += 1;
    this.share += this.step;
    if (this.share < 1 - 1e-9) return;
    this.share -= 1;
    this.put();
  }

  put() {
    for (let channel = 0; channel < this.channels; channel += 1) {
      const value = Math.max(-1, Math.min(1, this.sums[channel] / this.count));
      this.piece[this.frames * this.channels + channel] = Math.round(value * FULL);
      this.measure(value);
      this.sums[channel] = 0;
    }
    this.count = 0;
    this.frames += 1;
    if (this.frames === PIECE_FRAMES) this.give();
  }

  measure(value) {
    const size = Math.abs(value);
    this.squares += size * size;
    this.peak = Math.max(this.peak, size);
    this.clipped += size >= 0.999 ? 1 : 0;
    this.measured += 1;
    if (this.measured < LEVEL_FRAMES * this.channels) return;
    const rms = Math.sqrt(this.squares / this.measured);
    const level = { rms, peak: this.peak, clipped: this.clipped / this.measured };
    this.port.postMessage({ level });
    this.startLevel();
  }

  give() {
    if (this.frames === 0) return;
    const pcm = this.piece.slice(0, this.frames * this.channels).buffer;
    this.port.postMessage({ pcm }, [pcm]);
    this.startPiece();
  }
}

registerProcessor("quietroom-tap", Tap);
