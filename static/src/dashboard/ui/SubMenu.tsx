import { Menu, useDirection } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { Icon } from "./Icon.js";

const press = (on: EventTarget, key: string): boolean => on.dispatchEvent(new globalThis.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

/**
 * A menu beside a line of a menu. Mantine opens it by the arrow to the right alone, and closes it by the one
 * to the left; Enter, Space and, from right to left, the other arrows do so here.
 */
export function SubMenu({ label, icon, children }: { label: string; icon: LucideIcon; children: ReactNode }) {
  const { dir } = useDirection();
  const open = (event: KeyboardEvent<HTMLButtonElement>): void => {
    if (event.key !== "Enter" && event.key !== " " && !(dir === "rtl" && event.key === "ArrowLeft")) return;
    event.preventDefault();
    press(event.currentTarget, "ArrowRight");
  };
  const close = (event: KeyboardEvent): void => {
    if (dir !== "rtl" || event.key !== "ArrowRight") return;
    event.stopPropagation();
    press(event.target, "ArrowLeft");
  };
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item leftSection={<Icon of={icon} size={15} />} onKeyDown={open}>
          {label}
        </Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown onKeyDown={close}>{children}</Menu.Sub.Dropdown>
    </Menu.Sub>
  );
}
