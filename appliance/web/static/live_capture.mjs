// The microphone, and for telehealth the call's sound beside it, as pieces of 16 kHz PCM16.

const RATE = 16000;
const SILENT_MS = 5000;

/** What a person can do something about; its message is shown. */
export class NoSound extends Error {}

export class Capture {
  /** `take(pcm)`: each piece; `hear(level)`: 20 times a second; `end()`: it stopped by itself. */
  constructor({ channels, take, hear, end }) {
    Object.assign(this, { channels, take, hear, end });
    this.streams = [];
  }

  get isOpen() { return this.streams.length > 0; }

  async open() {
    if (!navigator.mediaDevices) throw new NoSound("The browser gives no microphone to this address. Open the box by https and its name.");
    const microphone = await this.microphone();
    try {
      this.streams = this.channels === 2 ? [microphone, await this.call()] : [microphone];
      await this.connect();
    } catch (error) {
      microphone.getTracks().forEach((track) => track.stop());
      this.close();
      throw error;
    }
    this.watch();
  }

  async microphone() {
    const audio = { channelCount: 1, echoCancellation: this.channels === 2, noiseSuppression: false, autoGainControl: true };
    try {
      return await navigator.mediaDevices.getUserMedia({ audio });
    } catch (error) {
      if (error.name === "NotAllowedError") throw new NoSound("The browser may not use the microphone. Allow it beside the address, then try again.");
      if (error.name === "NotFoundError") throw new NoSound("There is no microphone. Plug one in, then try again.");
      throw new NoSound("The microphone could not be opened. Close other programs that use it, then try again.");
    }
  }

  async call() {
    let shared;
    try {
      shared = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: true });
    } catch {
      throw new NoSound("The call was not shared, so nothing is recorded. Choose the tab with the call, then try again.");
    }
    if (shared.getAudioTracks().length === 0) {
      shared.getTracks().forEach((track) => track.stop());
      throw new NoSound("The call's sound was not shared. Choose its tab and tick “Also share tab audio”.");
    }
    shared.getVideoTracks().forEach((track) => { track.enabled = false; });
    return shared;
  }

  async connect() {
    this.context = await this.contextAt(RATE).catch(() => this.contextAt(undefined));
    this.context.addEventListener("statechange", () => {
      if (this.context?.state === "interrupted") this.stopped();
    });
    await this.context.resume();
  }

  async contextAt(sampleRate) {
    const context = new AudioContext(sampleRate ? { sampleRate } : {});
    try {
      await context.audioWorklet.addModule("/assets/live_sound.mjs");
      const tap = new AudioWorkletNode(context, "quietroom-tap", {
        numberOfInputs: this.channels, numberOfOutputs: 1, channelCount: 1,
        channelCountMode: "explicit", processorOptions: { channels: this.channels },
      });
      this.streams.forEach((stream, number) => {
        const sound = new MediaStream(stream.getAudioTracks());
        context.createMediaStreamSource(sound).connect(tap, 0, number);
      });
      tap.connect(context.destination); // it writes nothing there, but is asked for sound
      tap.port.onmessage = (event) => this.told(event.data);
      this.tap = tap;
      return context;
    } catch (error) {
      context.close();
      throw error;
    }
  }

  told({ pcm, level, isFlushed }) {
    this.heardAt = Date.now();
    if (pcm) this.take(pcm);
    if (level) this.hear(level);
    if (isFlushed) this.flushed?.();
  }

  watch() {
    this.heardAt = Date.now();
    const tracks = this.streams.flatMap((stream) => stream.getAudioTracks());
    tracks.forEach((track) => track.addEventListener("ended", () => this.stopped()));
    // After a lid was shut the sound thread may never come back by itself.
    this.watching = setInterval(() => {
      if (Date.now() - this.heardAt > SILENT_MS) this.stopped();
    }, 1000);
  }

  stopped() {
    if (!this.isOpen) return;
    this.close();
    this.end();
  }

  /** Hand over what is left of the piece under way, and let go of every device. */
  async finish() {
    if (!this.isOpen) return;
    await new Promise((done) => {
      this.flushed = done;
      setTimeout(done, 1000);
      this.tap.port.postMessage({});
    });
    this.close();
  }

  close() {
    clearInterval(this.watching);
    this.streams.flatMap((stream) => stream.getTracks()).forEach((track) => track.stop());
    this.streams = [];
    this.context?.close();
    this.context = null;
  }

  get settings() { return this.streams[0].getAudioTracks()[0].getSettings(); }

  get label() { return this.streams[0].getAudioTracks()[0].label; }
}
