// A session recorded as it happens. Pieces are kept here until the box has each of them sealed; after
// a pause, a reload or a crash the box says where to go on. Nothing is kept in the browser's storage.

import { Capture, NoSound } from "./live_capture.mjs";
import { checkRoom } from "./room.mjs";

const RATE = 16000;
const AT_ONCE_SECONDS = 8;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10000;

const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });
const clock = (samples) => {
  const seconds = Math.floor(samples / RATE);
  const shown = `${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  return seconds < 3600 ? shown : `${Math.floor(seconds / 3600)}:${shown}`;
};

class Refusal extends Error {
  constructor(problem, status) {
    super(problem.title ?? "The box refused this.");
    this.problem = problem;
    this.status = status;
  }
}

function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
}

async function digestOf(pcm) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", pcm));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One request to the box. Throws Refusal with its problem; anything else means no answer. */
async function ask(method, address, body, headers = {}) {
  const csrf = document.querySelector('input[name="csrf"]')?.value ?? "";
  const answer = await fetch(address, { method, body, headers: { "X-Quietroom-CSRF": csrf, ...headers } });
  if (answer.ok) return answer.json();
  if (answer.status >= 500) throw new Error("no answer");
  throw new Refusal(await answer.json().catch(() => ({})), answer.status);
}

async function renewCsrf() {
  const answer = await fetch("/csrf", { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const value = await answer.text();
  document.querySelectorAll('input[name="csrf"]').forEach((field) => { field.value = value; });
}

/** Sound on its way to the box; it outlives the part of the page that shows it. */
class Recording {
  constructor(address, channels) {
    this.address = address;
    this.channels = channels;
    this.token = newToken();
    this.queue = [];
    this.recorded = 0;
    this.received = 0;
    this.captions = null;
    this.words = [];
    this.hearing = "with_it";
    this.state = "new"; // new, going, paused, stopping, elsewhere, over
    this.trouble = "";
    this.isLost = false;
    this.changed = () => {};
    this.capture = new Capture({
      channels,
      take: (pcm) => this.take(pcm),
      hear: (level) => { this.level = level; this.changed(); },
      end: () => this.pausedByItself(),
    });
  }

  get isAlive() { return ["going", "paused", "stopping"].includes(this.state); }

  get hasUnsent() { return this.state === "going" || this.queue.length > 0; }

  json(path, body) {
    return ask("POST", this.address + path, JSON.stringify({ token: this.token, ...body }), { "Content-Type": "application/json" });
  }

  /** Microphone first: without it nothing begins. */
  async start(takesOver) {
    this.state = "new";
    this.queue = [];
    await this.capture.open();
    try {
      await this.begin(takesOver);
    } catch (error) {
      this.capture.close();
      this.queue = [];
      throw error;
    }
    this.state = "going";
    this.stayAwake();
    this.pump();
  }

  async begin(takesOver) {
    this.follow(await this.json("", { channels: this.channels, takes_over: takesOver }));
    // What the microphone gave meanwhile comes after what the box already has.
    let at = this.received;
    for (const piece of this.queue) { piece.at = at; at += piece.frames; }
    this.recorded = at;
  }

  take(pcm) {
    const frames = pcm.byteLength / 2 / this.channels;
    this.queue.push({ at: this.recorded, frames, pcm });
    this.recorded += frames;
    if (this.state !== "new") this.pump();
  }

  async pause() {
    this.state = "paused";
    await this.capture.finish();
    this.changed();
  }

  pausedByItself() {
    this.state = "paused";
    this.trouble = "The microphone stopped by itself. What was recorded is kept. Press “Go on” when it is there again.";
    this.changed();
  }

  async resume() {
    this.trouble = "";
    if (this.state === "elsewhere") return this.start(true);
    await this.capture.open();
    this.state = "going";
    this.stayAwake();
    return this.pump();
  }

  /** Send what is left, then tell the box that this was all. Throws Refusal. */
  async stop() {
    this.state = "stopping";
    await this.capture.finish();
    await this.pump();
    while (this.queue.length > 0 && this.state === "stopping") await wait(FIRST_WAIT_MS);
    if (this.state === "stopping") await this.json("/stop", { size_samples: this.recorded });
    this.state = "over";
  }

  async stayAwake() {
    try { await navigator.wakeLock?.request("screen"); } catch { /* the battery is low: it is only a wish */ }
  }

  /** Send in order, one request at a time, for as long as there is something. */
  async pump() {
    if (this.isPumping) return;
    this.isPumping = true;
    let waitMs = FIRST_WAIT_MS;
    while (this.queue.length > 0 && this.isAlive) {
      try {
        await this.sendSome();
        this.isLost = false;
        if (this.state === "going") this.trouble = "";
        waitMs = FIRST_WAIT_MS;
      } catch (error) {
        if (error instanceof Refusal && !(await this.isMended(error))) break;
        this.isLost = !(error instanceof Refusal);
        this.changed();
        await wait(waitMs);
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      }
      this.changed();
    }
    this.isPumping = false;
  }

  async sendSome() {
    const pieces = [];
    let frames = 0;
    for (const piece of this.queue) {
      if (pieces.length > 0 && frames + piece.frames > AT_ONCE_SECONDS * RATE) break;
      pieces.push(piece);
      frames += piece.frames;
    }
    const pcm = await new Blob(pieces.map((piece) => piece.pcm)).arrayBuffer();
    const headers = {
      "Content-Type": "application/offset+octet-stream",
      "X-Capture-Token": this.token,
      "X-Sample-Offset": String(pieces[0].at),
      "X-Channels": String(this.channels),
      "X-Sound-Sha256": await digestOf(pcm),
    };
    if (this.captions !== null) headers["X-Captions-From"] = String(this.captions);
    this.follow(await ask("PATCH", this.address, pcm, headers));
  }

  follow(answer) {
    this.received = answer.received_samples;
    this.hearing = answer.hearing;
    if (this.captions !== null && answer.words.length > 0) {
      this.words = answer.words;
      this.captions += answer.words.length;
    }
    if (this.state !== "new") this.forget();
    this.changed();
  }

  /** What the box has sealed need not be kept here. */
  forget() {
    while (this.queue.length > 0 && this.queue[0].at + this.queue[0].frames <= this.received) this.queue.shift();
    const first = this.queue[0];
    if (first && first.at < this.received) {
      const done = this.received - first.at;
      first.pcm = first.pcm.slice(done * 2 * this.channels);
      first.frames -= done;
      first.at = this.received;
    }
  }

  /** True where trying again can help; else the recording has ended here, and why is said. */
  async isMended(error) {
    const { code } = error.problem;
    if (code === "piece_damaged" || code === "too_many_tries") return true;
    if (code === "sound_missing" && error.problem.expected_offset_samples >= this.queue[0].at) {
      this.received = error.problem.expected_offset_samples;
      this.forget();
      return true;
    }
    if (code === "csrf_missing" || error.status === 401) {
      this.trouble = error.status === 401 ? "You were signed out. Sign in in another tab; the recording goes on by itself, and nothing is lost." : "";
      await renewCsrf().catch(() => {});
      return true;
    }
    this.capture.close();
    this.state = code === "capture_elsewhere" ? "elsewhere" : "over";
    if (code === "recording_too_large") this.state = "paused";
    this.trouble = error.message;
    if (this.state !== "paused") this.queue = [];
    this.changed();
    return false;
  }
}

let recording = null;

/** The part of the page that shows a recording, and its buttons. */
class Panel {
  constructor(place) {
    this.place = place;
    this.problem = "";
    const data = place.dataset;
    this.isBegun = data.begun === "1";
    this.isMine = recording !== null && recording.address === data.live && recording.isAlive;
    if (this.isMine) recording.changed = () => this.show();
    for (const name of ["start", "pause", "resume", "stop", "check"]) {
      this.part(name)?.addEventListener("click", () => this.attempt(name));
    }
    this.part("captions")?.addEventListener("change", () => this.caption());
    this.show();
  }

  part(name) { return this.place.querySelector(`[data-${name}]`); }

  async attempt(name) {
    this.problem = "";
    this.place.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    try {
      await this[name]();
    } catch (error) {
      const isSaid = error instanceof NoSound || error instanceof Refusal;
      this.problem = isSaid ? error.message : "The box did not answer. Try again; nothing that was recorded is lost.";
    }
    this.place.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    this.show();
  }

  channels() {
    if (this.place.dataset.channels) return Number(this.place.dataset.channels);
    return this.place.querySelector('[name="live_from"]:checked')?.value === "call" ? 2 : 1;
  }

  fresh() {
    recording = new Recording(this.place.dataset.live, this.channels());
    recording.changed = () => this.show();
    this.caption();
  }

  /** What was chosen and observed beside the recording goes first. */
  async prepare() {
    const form = new FormData(document.getElementById("words-form"));
    form.delete("summary");
    const answer = await fetch(this.place.dataset.prepare, { method: "POST", body: new URLSearchParams(form) });
    if (!answer.ok) throw new Refusal({ title: "What stands under the recording could not be saved. Check the session details." });
  }

  async start() {
    if (this.place.dataset.prepare) await this.prepare();
    this.fresh();
    await recording.start(false);
    this.isMine = true;
    document.dispatchEvent(new Event("quietroom:saved"));
    // The rest of the page as it is while a recording goes on.
    window.htmx.ajax("GET", this.place.dataset.page, { target: "#main", select: "#main", swap: "outerHTML" });
  }

  pause() { return recording.pause(); }

  async resume() {
    if (this.isMine) { await recording.resume(); return; }
    this.fresh();
    await recording.start(true);
    this.isMine = true;
  }

  async stop() {
    if (!this.isMine) {
      this.fresh();
      await recording.begin(true);
    }
    await recording.stop();
    this.leave();
  }

  async check() {
    this.part("checked").textContent = "Listening for ten seconds: talk as you will in the session.";
    const found = await checkRoom(ask, (share) => { this.meter(share); });
    this.part("checked").textContent = found.sentence;
    this.part("checked").classList.toggle("is-good", found.is_good);
  }

  leave() {
    recording = null;
    document.dispatchEvent(new Event("quietroom:saved"));
    window.location.assign(this.place.dataset.page);
  }

  caption() {
    if (!recording) return;
    const wanted = this.part("captions")?.checked ?? false;
    recording.captions = wanted ? recording.captions ?? 0 : null;
    this.part("words").hidden = !wanted;
  }

  trouble(text) {
    this.part("trouble").textContent = text;
    this.part("trouble").hidden = !text;
  }

  meter(rms) { this.part("level").value = Math.max(0, 1 + Math.log10(Math.max(rms, 1e-4)) / 3); }

  buttons(...names) {
    for (const name of ["start", "pause", "resume", "stop", "check"]) {
      const button = this.part(name);
      if (button) button.hidden = !names.includes(name);
    }
  }

  show() {
    if (!this.place.isConnected) return;
    this.trouble((this.isMine && recording?.trouble) || this.problem);
    if (!this.isMine || !recording) {
      this.buttons(...(this.isBegun ? ["resume", "stop"] : ["start", "check"]));
      return;
    }
    const { state } = recording;
    this.place.classList.toggle("is-recording", state === "going");
    this.buttons(...{ going: ["pause", "stop"], paused: ["resume", "stop"], elsewhere: ["resume"] }[state] ?? []);
    this.part("elapsed").textContent = clock(recording.recorded);
    this.part("elapsed").hidden = false;
    this.say(state);
    if (recording.level) this.meter(state === "going" ? recording.level.rms : 0);
    for (const word of recording.words.splice(0)) this.add(word);
  }

  say(state) {
    const { received, recorded } = recording;
    const says = [`${clock(received)} is safe on the box.`];
    if (state === "paused") says.unshift("Paused.");
    if (state === "stopping") says.unshift("Sending the last of it.");
    if (recording.isLost) says.unshift(`The box does not answer. ${clock(recorded - received)} is kept in this window and sent when it does; leave the window open.`);
    else if (recording.hearing === "waiting") says.push("Speech recognition is not answering: the sound stays sealed on the box and becomes words when it is back.");
    const text = says.join(" ");
    if (this.part("said").textContent !== text) this.part("said").textContent = text;
  }

  add(word) {
    const line = document.createElement("li");
    const who = { clinician: "You", client: "Client" }[word.speaker];
    line.textContent = who ? `${who}: ${word.text}` : word.text;
    this.part("words").append(line);
    line.scrollIntoView({ block: "nearest" });
  }
}

function settle() {
  const place = document.getElementById("live");
  if (place && !place.panel && place.querySelector("[data-stop]")) place.panel = new Panel(place);
}

window.addEventListener("beforeunload", (event) => { if (recording?.hasUnsent) event.preventDefault(); });
document.addEventListener("htmx:load", settle);
settle();
