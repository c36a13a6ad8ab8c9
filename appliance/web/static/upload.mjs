// A recording on its way to the box by the tus 1.0 protocol, in pieces of 1 MiB: it can pause, go on
// after a reload, and be cancelled. Every piece that the box has acknowledged is safe there.

const PIECE_BYTES = 1024 * 1024;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15000;

const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });
const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

class Refusal extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title ?? "The box refused the recording.");
    this.problem = problem;
  }
}

/** How long the file says it is, in seconds; null where the browser cannot tell. */
function secondsOf(file) {
  return new Promise((done) => {
    const player = document.createElement("audio");
    const address = URL.createObjectURL(file);
    const say = (seconds) => {
      URL.revokeObjectURL(address);
      done(Number.isFinite(seconds) && seconds > 0 ? seconds : null);
    };
    player.preload = "metadata";
    player.addEventListener("loadedmetadata", () => say(player.duration));
    player.addEventListener("error", () => say(null));
    setTimeout(() => say(null), 5000);
    player.src = address;
  });
}

class Upload {
  constructor(place) {
    this.place = place;
    this.uploads = place.dataset.uploads;
    this.address = place.dataset.uploadId ? `${this.uploads}/${place.dataset.uploadId}` : null;
    this.received = Number(place.dataset.received);
    this.file = null;
    this.isPaused = false;
    this.isCancelled = false;
    this.part("file").addEventListener("change", (event) => this.take(event.target.files[0]));
    this.part("start").addEventListener("click", () => this.run());
    this.part("pause").addEventListener("click", () => this.pause());
    this.part("resume").addEventListener("click", () => this.run());
    this.part("cancel").addEventListener("click", () => this.cancel());
    this.takeDrops(this.part("drop"));
  }

  part(name) { return this.place.querySelector(`[data-${name}]`); }

  takeDrops(zone) {
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("is-over"); });
    }
    for (const name of ["dragleave", "drop"]) {
      zone.addEventListener(name, () => zone.classList.remove("is-over"));
    }
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      this.take(event.dataTransfer.files[0]);
    });
  }

  take(file) {
    if (!file || this.isRunning) return;
    this.say("");
    if (file.size === 0) { this.trouble("This file is empty. Choose the recording again."); return; }
    if (file.size > Number(this.place.dataset.limitBytes)) {
      this.trouble(`This file is larger than ${megabytes(Number(this.place.dataset.limitBytes))} MB. Split it, or type a summary.`);
      return;
    }
    if (file.size < this.received) { this.trouble("This is not the same file: it is shorter than what has already arrived."); return; }
    this.file = file;
    this.trouble("");
    this.part("uploading").hidden = false;
    this.part("name").textContent = `${file.name}, ${megabytes(file.size)} MB`;
    this.show("start");
    this.part("start").focus();
  }

  show(...names) {
    for (const name of ["start", "pause", "resume", "cancel"]) this.part(name).hidden = !names.includes(name);
  }

  say(text) { this.part("said").textContent = text; }

  trouble(text) {
    this.part("trouble").textContent = text;
    this.part("trouble").hidden = !text;
  }

  progress() {
    this.part("bar").value = this.received / this.file.size;
    this.say(`${megabytes(this.received)} of ${megabytes(this.file.size)} MB are safe on the box.`);
  }

  pause() {
    this.isPaused = true;
    this.show("resume", "cancel");
    this.say("Paused. What has arrived is safe for a day.");
  }

  async cancel() {
    this.isCancelled = true;
    this.isPaused = true;
    try {
      if (this.address) await this.ask("DELETE", this.address);
    } catch (error) {
      if (!(error instanceof Refusal)) { this.trouble("The box did not answer. Try to cancel again."); return; }
    }
    this.leave();
  }

  /** Send everything that is missing, then leave for the page that shows the work. */
  async run() {
    this.isPaused = false;
    this.trouble("");
    this.show("pause", "cancel");
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      await this.begin();
      await this.send();
    } catch (error) {
      this.stop(error);
    }
  }

  stop(error) {
    this.isRunning = false;
    this.isPaused = true;
    this.show(...(this.address ? ["resume", "cancel"] : ["start"]));
    if (this.isCancelled) return;
    this.trouble(error instanceof Refusal ? error.message : "The box did not answer. Press “Go on” to try again; nothing that arrived is lost.");
  }

  async begin() {
    if (!this.seconds) this.seconds = await secondsOf(this.file);
    if (this.address) { await this.look(); return; }
    await this.prepare();
    const headers = { "Upload-Length": String(this.file.size) };
    if (this.seconds) headers["Upload-Metadata"] = `declared_seconds ${btoa(String(this.seconds))}`;
    this.address = (await this.ask("POST", this.uploads, null, headers)).headers.get("Location");
    document.dispatchEvent(new Event("quietroom:saved"));
  }

  /** How much of it is on the box; by GET, which unlike HEAD can say in words what is wrong. */
  async look() {
    const found = await this.ask("GET", this.address);
    this.received = Number(found.headers.get("Upload-Offset"));
    if (Number(found.headers.get("Upload-Length")) !== this.file.size) {
      throw new Refusal({ detail: "This is not the same file: its size is another. Choose the one that you began with." });
    }
  }

  /** What was chosen and observed beside the recording goes first. */
  async prepare() {
    const form = new FormData(document.getElementById("words-form"));
    form.delete("summary");
    const answer = await fetch(this.place.dataset.prepare, { method: "POST", body: new URLSearchParams(form) });
    if (!answer.ok) throw new Refusal({ detail: "What stands under the recording could not be saved. Check the session details." });
  }

  async send() {
    let waitMs = FIRST_WAIT_MS;
    let isUnsure = false;
    while (this.received < this.file.size && !this.isPaused) {
      this.progress();
      try {
        if (isUnsure) await this.look();
        isUnsure = false;
        if (this.received < this.file.size) await this.sendPiece();
        waitMs = FIRST_WAIT_MS;
      } catch (error) {
        if (error instanceof Refusal) throw error;
        isUnsure = true;
        this.say("The box does not answer; trying again by itself. What arrived is safe.");
        await wait(waitMs);
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      }
    }
    this.isRunning = false;
    if (!this.isPaused) this.leave();
  }

  async sendPiece() {
    const piece = this.file.slice(this.received, this.received + PIECE_BYTES);
    try {
      const answer = await this.ask("PATCH", this.address, piece, {
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": String(this.received),
      });
      this.received = Number(answer.headers.get("Upload-Offset") ?? this.received + piece.size);
    } catch (error) {
      if (error.problem?.code !== "piece_out_of_order") throw error;
      await this.look();
    }
  }

  leave() {
    document.dispatchEvent(new Event("quietroom:saved"));
    window.location.assign(this.place.dataset.page);
  }

  /** One request to the box. Throws Refusal with its problem; anything else means no answer. */
  async ask(method, address, body = null, headers = {}) {
    const csrf = document.querySelector('input[name="csrf"]').value;
    const answer = await fetch(address, {
      method, body, headers: { "X-Quietroom-CSRF": csrf, "Tus-Resumable": "1.0.0", ...headers },
    });
    if (answer.ok) return answer;
    if (answer.status >= 500) throw new Error("no answer");
    throw new Refusal(await answer.json().catch(() => ({})));
  }
}

function settle() {
  const place = document.getElementById("upload");
  if (place && !place.upload && place.querySelector("[data-file]")) place.upload = new Upload(place);
}

document.addEventListener("htmx:load", settle);
settle();
