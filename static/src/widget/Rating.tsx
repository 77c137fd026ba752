import { useEffect, useState } from "preact/hooks";
import { Keep } from "../shared/keep.js";
import { useSay, useStore } from "./context.js";
import "./css/rating.css";
import { Icon } from "./icons.js";

/** The drawing of a star. */
const starLine = "M12 4.5l2.3 4.8 5.2.7-3.8 3.7.9 5.3-4.6-2.5L7.4 19l.9-5.3L4.5 10l5.2-.7z";

const scores = [1, 2, 3, 4, 5];

/** What is chosen and written, as far as it goes. */
interface Answer {
  score: number;
  comment: string;
}

type Progress = "asking" | "storing" | "failed" | "stored";

/** Asks for a rating after a conversation was closed, and thanks for it. */
export function Rating() {
  const { client, snapshot } = useStore();
  const say = useSay();
  const [progress, setProgress] = useState<Progress>("asking");
  const [{ score, comment }, answer, forget] = useAnswer();
  const { survey, status } = snapshot.value;
  useEffect(() => {
    if (survey) setProgress("asking");
  }, [survey]);

  const rate = async (event: Event) => {
    event.preventDefault();
    setProgress("storing");
    const stored = await client.rate(score, comment.trim());
    setProgress(stored ? "stored" : "failed");
    if (stored) forget();
  };
  const skip = () => {
    forget();
    client.dismissSurvey();
  };
  if (progress === "stored" && status !== "open") return <p class="rating thanks" role="status">{say("rateThanks")}</p>;
  if (!survey) return null;
  return (
    <form class="rating" onSubmit={rate}>
      <Stars score={score} choose={(next) => answer({ score: next, comment })} />
      {score > 0 && (
        <textarea
          rows={2}
          {...(comment ? { dir: "auto" as const } : {})}
          value={comment}
          aria-label={say("comment")}
          placeholder={say("comment")}
          onInput={(event) => answer({ score, comment: event.currentTarget.value })}
        />
      )}
      {progress === "failed" && <p class="problem" role="alert">{say("rateFailed")}</p>}
      <div class="acts">
        <button type="button" class="link" onClick={skip}>
          {say("rateSkip")}
        </button>
        {score > 0 && (
          <button type="submit" class="strong" disabled={progress === "storing"}>
            {say("rateSend")}
          </button>
        )}
      </div>
    </form>
  );
}

/** Radio buttons that look like stars, so that keyboard and screen reader need no lesson. */
function Stars({ score, choose }: { score: number; choose: (score: number) => void }) {
  const say = useSay();
  return (
    <fieldset>
      <legend>{say("rate")}</legend>
      {scores.map((n) => (
        <label key={n} class={n <= score ? "lit" : ""}>
          <input type="radio" name="score" value={n} checked={n === score} onChange={() => choose(n)} />
          <span class="unseen">{say("stars", { n })}</span>
          <Icon line={starLine} />
        </label>
      ))}
    </fieldset>
  );
}

const none: Answer = { score: 0, comment: "" };

/** The answer lies with what else is kept of its conversation: no way back and no reload loses a word of it. */
function useAnswer() {
  const { snapshot, handover } = useStore();
  const key = snapshot.value.place.split(":")[1];
  const name = key ? `c:${key}:rating` : "rating";
  const keep = new Keep(handover.storage, handover.prefix);
  const [answer, setAnswer] = useState<Answer>(() => keep.read<Answer>(name) ?? none);
  const change = (next: Answer) => {
    setAnswer(next);
    keep.write(name, next);
  };
  const forget = () => {
    setAnswer(none);
    keep.remove(name);
  };
  return [answer, change, forget] as const;
}
