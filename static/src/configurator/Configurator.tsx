import { useState } from "preact/hooks";
import { contrast } from "../widget/color.js";
import { inkOn } from "../shared/bridge.js";
import { Choice, ColorField } from "./controls.js";
import { Preview } from "./Preview.js";
import { languages, type Settings, snippetOf, usual } from "./settings.js";

/** The page: choices at one side, the widget as it will be at the other, the line to copy below. */
export function Configurator({ siteKey, origin }: { siteKey: string; origin: string }) {
  const [settings, setSettings] = useState<Settings>(usual);
  const change = (part: Partial<Settings>) => setSettings((before) => ({ ...before, ...part }));
  return (
    <main>
      <section class="choices">
        <p class="home">
          <a href="/">
            <svg viewBox="0 0 32 32" aria-hidden="true">
              <path d="M6 4h20a4 4 0 0 1 4 4v11a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4z" />
            </svg>
            Parley
          </a>
        </p>
        <h1>Make it yours</h1>
        <p class="lead">Every change shows at once, in the widget itself. When you like it, copy the line onto your website.</p>
        <Choices settings={settings} change={change} />
        <Snippet text={snippetOf(settings, origin, siteKey)} />
      </section>
      <section class="show" aria-label="Preview">
        <Preview settings={settings} siteKey={siteKey} />
      </section>
    </main>
  );
}

function Choices({ settings, change }: { settings: Settings; change: (part: Partial<Settings>) => void }) {
  const { color, side, mode, radius, greeting, locale } = settings;
  const ink = inkOn(color);
  const ratio = contrast(color, ink).toFixed(1);
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <ColorField color={color} change={(value) => change({ color: value })} />
      <p class="fact">
        <b style={{ background: color, color: ink }}>Aa</b> Text on it is {ink === "#ffffff" ? "white" : "black"}: {ratio} to 1, at least 4.5 by itself.
      </p>
      <div class="pair">
        <Choice legend="Position" name="side" value={side} change={(value) => change({ side: value })} options={{ left: "Left", right: "Right" }} />
        <Choice legend="Mode" name="mode" value={mode} change={(value) => change({ mode: value })} options={{ auto: "Auto", light: "Light", dark: "Dark" }} />
      </div>
      <label class="wide" for="radius">
        Corners <output>{radius} px</output>
      </label>
      <input id="radius" type="range" min={0} max={24} value={radius} onInput={(event) => change({ radius: Number(event.currentTarget.value) })} />
      <label class="wide" for="greeting">
        Greeting
      </label>
      <input id="greeting" type="text" maxLength={200} placeholder="As in the settings of the site" value={greeting} onInput={(event) => change({ greeting: event.currentTarget.value })} />
      <label class="wide" for="locale">
        Language
      </label>
      <select id="locale" value={locale} onChange={(event) => change({ locale: event.currentTarget.value })}>
        <option value="">The visitor's own</option>
        {Object.entries(languages).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </form>
  );
}

function Snippet({ text }: { text: string }) {
  const [copied, setCopied] = useState<"" | "copied" | "failed">("");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied("copied"),
      () => setCopied("failed"),
    );
  return (
    <div class="snippet">
      <div class="caption">
        <h2>On your website</h2>
        <button type="button" onClick={copy}>
          {copied === "copied" ? "Copied" : "Copy"}
        </button>
      </div>
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <p role="status">{copied === "failed" && "Your browser does not let us copy: please select the line yourself."}</p>
    </div>
  );
}
