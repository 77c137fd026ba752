import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../api/client.js";
import { keys } from "../api/keys.js";
import { useAct } from "../ui/act.js";
import { useDraft } from "../ui/draft.js";
import { Loaded } from "../ui/Loaded.js";
import { SaveBar } from "../ui/SaveBar.js";
import { TabHead } from "../ui/TabHead.js";
import { Behaviour } from "./Behaviour.js";
import { Hours } from "./Hours.js";
import { Identity } from "./Identity.js";
import { Install } from "./Install.js";
import { Look } from "./Look.js";
import { Prechat } from "./Prechat.js";
import { Preview } from "./Preview.js";
import { RemoveSite } from "./RemoveSite.js";
import { editable, type Site, siteQuery } from "./site.js";
import style from "./sites.module.css";

/** One site: how its widget looks, greets and behaves, with the widget beside it as it will be. */
export function SiteTab() {
  const { id } = useParams({ from: "/desk/settings/sites/$id" });
  const query = useQuery(siteQuery(id));
  return <Loaded query={query}>{(site) => <Body key={site.id} site={site} />}</Loaded>;
}

function Body({ site }: { site: Site }) {
  const { t } = useTranslation("sites");
  const { t: shell } = useTranslation();
  const draft = useDraft<Site>(site);
  const save = useAct(
    (changes: Partial<Site>) => {
      const body = Object.fromEntries(editable.filter((name) => name in changes).map((name) => [name, changes[name]]));
      return answer(api.PATCH("/sites/{id}", { params: { path: { id: site.id } }, body: body as Schemas["SiteChange"] }));
    },
    { says: shell("saved"), stale: [keys.sites], reset: draft.settle },
  );
  const fields = { draft, error: save.error };
  return (
    <>
      <TabHead title={site.name} back={{ to: "/settings/sites", label: t("title") }} />
      <div className={style.columns}>
        <div>
          <Install site={site} />
          <Look {...fields} />
          <Behaviour {...fields} />
          <Hours {...fields} />
          <Prechat {...fields} />
          <Identity {...fields} />
          <RemoveSite site={site} />
          <SaveBar dirty={draft.dirty} busy={save.isPending} onSave={() => save.mutate(draft.changes)} onReset={draft.reset} />
        </div>
        <Preview saved={site} site={draft.value} />
      </div>
    </>
  );
}
