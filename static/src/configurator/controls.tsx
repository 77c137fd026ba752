import { useState } from "preact/hooks";
import { swatches, typedColor } from "./settings.js";

interface ChoiceProps<T extends string> {
  legend: string;
  name: string;
  value: T;
  options: Partial<Record<T, string>>;
  change: (value: T) => void;
}

/** A few words of which one holds: radio buttons in a row. */
export function Choice<T extends string>({ legend, name, value, options, change }: ChoiceProps<T>) {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div>
        {(Object.entries(options) as [T, string][]).map(([key, label]) => (
          <label key={key}>
            <input type="radio" name={name} value={key} checked={key === value} onChange={() => change(key)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** A colour: by a swatch, by the system's own picker, or typed. */
export function ColorField({ color, change }: { color: string; change: (color: string) => void }) {
  const [text, setText] = useState(color);
  const take = (value: string) => {
    setText(value);
    const sound = typedColor(value);
    if (sound) change(sound);
  };
  return (
    <fieldset class="colors">
      <legend>Colour</legend>
      <div class="swatches">
        {swatches.map((swatch) => (
          <label key={swatch} style={{ "--swatch": swatch }}>
            <input type="radio" name="swatch" value={swatch} checked={swatch === color} onChange={() => take(swatch)} aria-label={swatch} />
          </label>
        ))}
      </div>
      <div class="own">
        <input type="color" value={color} onInput={(event) => take(event.currentTarget.value)} aria-label="Choose any colour" />
        <input
          type="text"
          value={text}
          spellcheck={false}
          maxLength={7}
          aria-label="Colour as hexadecimal"
          aria-invalid={typedColor(text) === null}
          onInput={(event) => take(event.currentTarget.value)}
        />
      </div>
    </fieldset>
  );
}
