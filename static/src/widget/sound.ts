let context: AudioContext | null = null;

/** Two soft notes, a fifth apart, made on the spot. Silent where the browser has no audio. */
export function chime(): void {
  if (typeof AudioContext !== "function") return;
  context ??= new AudioContext();
  void context.resume();
  play(context, 659.25, 0);
  play(context, 987.77, 0.09);
}

function play(audio: AudioContext, frequency: number, delay: number): void {
  const start = audio.currentTime + delay;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.type = "sine";
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.09, start + 0.012);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 0.55);
}
