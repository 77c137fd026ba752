import { Menu, useDirection } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { Icon } from "./Icon.js";

const press = (on: EventTarget, key: string): boolean => on.dispatchEvent(new globalThis.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

/**
 * A menu beside a line of a menu. Mantine opens it by the arrow to the right alone, and closes it by the one
 * to the left; Enter, Space and, from right to left, the other arrows do so here.
 */
export function SubMenu({ label, icon, children }: { label: string; icon?: LucideIcon; children: ReactNode }) {
  const { dir } = useDirection();
  const line = useRef<HTMLButtonElement>(null);
  const open = (event: KeyboardEvent<HTMLButtonElement>): void => {
    if (event.key !== "Enter" && event.key !== " " && !(dir === "rtl" && event.key === "ArrowLeft")) return;
    event.preventDefault();
    press(event.currentTarget, "ArrowRight");
  };
  const close = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && !(dir === "rtl" && event.key === "ArrowRight")) return;
    event.stopPropagation();
    if (event.key === "ArrowRight") press(event.target, "ArrowLeft");
    // Mantine looks for the line by an id that it does not have, and the focus would be nowhere.
    line.current?.focus();
  };
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item ref={line} leftSection={icon ? <Icon of={icon} size={15} /> : null} onKeyDown={open}>
          {label}
        </Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown mah={320} style={{ overflow: "auto" }} onKeyDown={close}>{children}</Menu.Sub.Dropdown>
    </Menu.Sub>
  );
}
