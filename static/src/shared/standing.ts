import type { ServerFrame, Status } from "./wire.js";

/** Where a conversation stands, as the server last said. */
export class Standing {
  status: Status = "open";
  /** A rating is asked for. */
  survey = false;
  /** The assistant answers here at the moment. */
  assistantActive = false;
  /** The team has read the visitor's messages up to this one. */
  agentRead = 0;
  /** Whether somebody is there; null until it is known. */
  online: boolean | null = null;

  /** `unrated` is how many messages there were when the visitor did not want to rate. */
  receive(frame: ServerFrame, unrated: number): void {
    if (frame.type === "read") this.agentRead = Math.max(this.agentRead, frame.seq);
    if (frame.type === "presence") this.online = frame.online;
    if (frame.type === "welcome") {
      this.status = frame.status ?? "open";
      this.survey = frame.seq > unrated && (frame.survey ?? false);
      this.online = frame.online ?? this.online;
      this.agentRead = Math.max(this.agentRead, frame.read ?? 0);
    }
    if (frame.type === "conversation") {
      this.status = frame.status;
      this.survey = this.status !== "open" && (frame.survey || this.survey);
    }
    if (frame.type === "welcome" || frame.type === "conversation") {
      this.assistantActive = frame.assistant_active ?? this.assistantActive;
    }
  }

  /** Said to a tab that hears through this one. */
  welcome(seq: number): ServerFrame {
    const { status, survey, online, agentRead: read, assistantActive: assistant_active } = this;
    return { type: "welcome", seq, status, online, read, survey, assistant_active };
  }
}
