import { useTranslation } from "react-i18next";
import { spoken } from "../i18n/index.js";
import { useDesk } from "../live/LiveProvider.js";
import { useStore } from "../live/store.js";
import { Avatar } from "../ui/Avatar.js";
import style from "./conversation.module.css";

/** Who else is here, and loudly who else is answering: two answers are one too many. */
export function Viewers({ id }: { id: string }) {
  const { t } = useTranslation("conversation");
  const viewers = useStore(useDesk().viewers).get(id) ?? [];
  const writing = viewers.filter((viewer) => viewer.writing);
  const shown = writing.length > 0 ? writing : viewers;
  const names = new Intl.ListFormat(spoken(), { type: "conjunction" }).format(shown.map(({ name }) => name));
  return (
    <div role="status" className={viewers.length > 0 ? style.viewers : "unseen"} data-writing={writing.length > 0 || undefined}>
      {viewers.length > 0 ? (
        <>
          <span className={style.viewerFaces}>
            {shown.slice(0, 3).map(({ id: user, name }) => (
              <Avatar key={user} name={name} size={20} />
            ))}
          </span>
          {writing.length > 0 ? t("alsoWriting", { names, count: writing.length }) : t("alsoHere", { names, count: viewers.length })}
        </>
      ) : null}
    </div>
  );
}
