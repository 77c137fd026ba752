let context: AudioContext | null = null;

/** What can only be heard later than this is not: it would all sound at once at the visitor's next touch. */
const late = 1_000;
/** How long the two notes last. */
const length = 640;

/**
 * Two soft notes, a fifth apart, made on the spot. Silent where the browser has no audio, or lets none be
 * heard. Of several tabs the first that can be heard plays; `mine` tells whether none did before.
 */
export async function chime(mine?: () => boolean): Promise<void> {
  if (typeof AudioContext !== "function") return;
  const audio = (context ??= new AudioContext());
  const asked = Date.now();
  await audio.resume();
  if (Date.now() - asked > late) return;
  if (mine) await alone(() => mine() && (notes(audio), true));
  else notes(audio);
}

/**
 * What one tab remembers takes a moment to reach the others, and a lock none. A tab that made no sound lets the
 * lock go at once: the next answer may be there already. Pages that are not secure have no locks, and frames
 * without a storage may not ask for one.
 */
async function alone(act: () => boolean): Promise<void> {
  const locks: LockManager | null = navigator.locks;
  const ring = async (lock: Lock | null) => {
    if (lock && act()) await new Promise((resolve) => setTimeout(resolve, length));
  };
  if (locks) await locks.request("parley:chime", { ifAvailable: true }, ring).catch(act);
  else act();
}

function notes(audio: AudioContext): void {
  note(audio, 659.25, 0);
  note(audio, 987.77, 0.09);
}

function note(audio: AudioContext, frequency: number, delay: number): void {
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
