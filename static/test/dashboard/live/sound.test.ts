import { expect, test, vi } from "vitest";

/** What a tone of the fake was told. */
interface Tone {
  pitch: number;
  from: number;
  to: number;
  volume: number[];
}

/** A sound card that writes down what it would play, and its clock. */
function card() {
  const tones: Tone[] = [];
  const clock = { now: 10 };
  let made = 0;
  class FakeAudio {
    get currentTime() {
      return clock.now;
    }
    readonly destination = {};
    constructor() {
      made++;
    }
    createOscillator() {
      const tone: Tone = { pitch: 0, from: 0, to: 0, volume: [] };
      tones.push(tone);
      return {
        frequency: { set value(pitch: number) { tone.pitch = pitch; } },
        connect: (next: object) => next,
        start: (at: number) => (tone.from = at),
        stop: (at: number) => (tone.to = at),
      };
    }
    createGain() {
      const tone = tones.at(-1);
      const told = (value: number): void => void tone?.volume.push(value);
      return { gain: { setValueAtTime: told, exponentialRampToValueAtTime: told }, connect: (next: object) => next };
    }
  }
  vi.stubGlobal("AudioContext", FakeAudio);
  return { tones, clock, made: () => made };
}

test("without a sound card nothing is played, and nothing breaks", async () => {
  vi.resetModules();
  vi.stubGlobal("AudioContext", undefined);
  Reflect.deleteProperty(globalThis, "AudioContext");
  const { chime } = await import("../../../src/dashboard/live/sound.js");
  expect(chime).not.toThrow();
});

test("two soft tones, the second higher and later, fade in and out", async () => {
  vi.resetModules();
  const { tones, made } = card();
  const { chime } = await import("../../../src/dashboard/live/sound.js");
  chime();
  const [first, second] = tones;
  expect(tones).toHaveLength(2);
  expect(second?.pitch).toBeGreaterThan(first?.pitch ?? Infinity);
  expect(second?.from).toBeGreaterThan(first?.from ?? Infinity);
  for (const { from, to, volume } of tones) {
    expect(to).toBeGreaterThan(from);
    expect(Math.max(...volume)).toBeLessThan(0.2);
    expect(volume.at(0)).toBe(volume.at(-1));
  }
  chime();
  expect(made(), "one card for all tones").toBe(1);
});

test("however much is told at once, as after a lost line, it is heard as one", async () => {
  vi.resetModules();
  const { tones, clock } = card();
  const { chime } = await import("../../../src/dashboard/live/sound.js");
  for (let i = 0; i < 100; i++) chime();
  expect(tones).toHaveLength(2);
  clock.now += 2;
  chime();
  expect(tones, "and the next one again").toHaveLength(4);
});
