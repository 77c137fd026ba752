import { Link, type LinkProps } from "@tanstack/react-router";
import { Icon } from "./Icon.js";
import { ArrowLeft } from "./icons.js";
import style from "./parts.module.css";

/** Leads back to the list that a page is a row of. */
export const BackLink = ({ to, label }: { to: LinkProps["to"]; label: string }) => (
  <Link to={to ?? "/"} activeOptions={{ exact: true }} className={style.back ?? ""}>
    <Icon of={ArrowLeft} size={14} className={style.turning} />
    {label}
  </Link>
);
