import { ActionIcon, Popover } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../ui/Icon.js";
import { Smile } from "../ui/icons.js";
import style from "./composer.module.css";

const emoji = [
  ..."😀😄😁😅😂🙂😉😊😍🥰😘😋😎🤩🥳🤗🤔🤨😐😕🙁😮😢😭😤😡😱😬🙄😴🤒🤯",
  ..."👍👎👌✌🤞🙏👏🙌💪👋🤝👀🧠💬❤🧡💛💚💙💜💔💯",
  ..."🎉🎊🎁✨⭐🔥⚡☀🌈🌱🍀🌸☕🍕🎂🍻🚀✈🚚📦📍🏠💡🔧🔑🔒📎📅📞📧💳🧾✅❌❗❓⚠⏰⌛➡⬅",
].filter((sign) => sign !== "\ufe0f");

/** A small choice of emoji; the system's own picker has the rest. */
export function EmojiPicker({ choose }: { choose: (sign: string) => void }) {
  const { t } = useTranslation("conversation");
  const [opened, setOpened] = useState(false);
  // Who has chosen writes on; who turns back is at the button again.
  const [chosen, setChosen] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus returnFocus={!chosen}>
      <Popover.Target>
        <ActionIcon aria-label={t("emoji")} title={t("emoji")} onClick={() => {
            setChosen(false);
            setOpened((now) => !now);
          }}>
          <Icon of={Smile} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={style.emoji}>
          {emoji.map((sign) => (
            <button
              key={sign}
              type="button"
              onClick={() => {
                setChosen(true);
                setOpened(false);
                choose(sign);
              }}
            >
              {sign}
            </button>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
