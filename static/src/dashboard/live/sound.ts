let audio: AudioContext | null = null;
/** When the tones that are sounding have ended: a hundred at once, as after a lost line, would be a blow. */
let quiet = 0;

/** Two soft tones; made here, so that there is no file to load. */
export function chime(): void {
  if (!("AudioContext" in globalThis)) return;
  audio ??= new AudioContext();
  const start = audio.currentTime;
  if (start < quiet) return;
  quiet = start + 0.6;
  for (const [i, pitch] of [587.3, 784].entries()) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, start + i * 0.12);
    volume.gain.exponentialRampToValueAtTime(0.12, start + i * 0.12 + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + i * 0.12 + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start(start + i * 0.12);
    tone.stop(start + i * 0.12 + 0.4);
  }
}
