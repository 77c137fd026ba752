import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client.js";
import { keys } from "../api/keys.js";
import { Chip } from "../ui/Chip.js";
import { ago, dateTime } from "../ui/time.js";
import { Loaded } from "../ui/Loaded.js";
import { plain } from "../ui/marks.js";
import parts from "../ui/parts.module.css";
import { Row, Rows } from "../ui/Rows.js";

const states = { open: "isOpen", closed: "isClosed", archived: "isArchived" } as const;

/** What was said with the contact, on every channel. */
export function ContactConversations({ id }: { id: string }) {
  const { t } = useTranslation("contacts");
  const { t: ui } = useTranslation("ui");
  const query = useQuery({
    queryKey: keys.contactConversations(id),
    queryFn: ({ signal }) => answer(api.GET("/contact/{id}/conversations", { params: { path: { id }, query: { limit: 50 } }, signal })),
  });
  return (
    <Loaded query={query}>
      {({ data }) =>
        data.length === 0 ? (
          <p className={parts.faint}>{t("noConversations")}</p>
        ) : (
          <Rows label={t("conversations")}>
            {data.map((one) => (
              <Row
                key={one.id}
                title={
                  <>
                    <Link to="/inbox/$conversation" params={{ conversation: one.id }}>
                      <bdi>{one.subject ?? (plain(one.last_message_preview) || t("noSubject"))}</bdi>
                    </Link>
                    <Chip>{ui(one.channel)}</Chip>
                  </>
                }
                sub={<span title={dateTime(one.last_message_at)}>{ago(one.last_message_at)}</span>}
              >
                <Chip tone={one.status === "open" ? "accent" : "quiet"}>{t(states[one.status])}</Chip>
              </Row>
            ))}
          </Rows>
        )
      }
    </Loaded>
  );
}
