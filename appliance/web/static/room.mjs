// Ten seconds of the room: their levels go to the box, which says what to do. The sound is not kept.

import { Capture } from "./live_capture.mjs";

const CHECKED_MS = 10000;
const PHONE_RATE = 16000;
const LOWEST_DB = -120;

const decibels = (size) => (size > 0 ? Math.max(LOWEST_DB, 20 * Math.log10(size)) : LOWEST_DB);

function quantile(sorted, share) { return sorted[Math.floor(share * (sorted.length - 1))]; }

/** `ask`: one request to the box; `hear(rms)`: for a meter. The box's answer. */
export async function checkRoom(ask, hear) {
  const levels = [];
  const capture = new Capture({
    channels: 1,
    take: () => {},
    hear: (level) => { levels.push(level); hear(level.rms); },
    end: () => {},
  });
  await capture.open();
  const isPhoneLike = /hands-?free|\bhfp\b/i.test(capture.label);
  const rate = isPhoneLike ? PHONE_RATE : capture.settings.sampleRate ?? null;
  await new Promise((done) => { setTimeout(done, CHECKED_MS); });
  capture.close();
  hear(0);
  const sorted = levels.map((level) => level.rms).sort((one, other) => one - other);
  const body = {
    talk_db: decibels(sorted.length ? quantile(sorted, 0.95) : 0),
    noise_db: decibels(sorted.length ? quantile(sorted, 0.1) : 0),
    peak_db: decibels(Math.max(0, ...levels.map((level) => level.peak))),
    clipped_share: levels.reduce((sum, level) => sum + level.clipped, 0) / Math.max(1, levels.length),
    rate_hz: rate,
  };
  return ask("POST", "/api/v1/room-check", JSON.stringify(body), { "Content-Type": "application/json" });
}
