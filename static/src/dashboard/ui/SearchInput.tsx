import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { Icon } from "./Icon.js";
import { Search } from "./icons.js";
import style from "./parts.module.css";

/** A field that looks for something while one types. */
export function SearchInput({ label, value, onSearch }: { label: string; value: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(value);
  const asked = useRef(value);
  const search = useDebouncedCallback((words: string) => {
    asked.current = words;
    onSearch(words);
  }, 250);
  // What was asked for here comes back when more is typed already: only what comes from elsewhere is taken over.
  useEffect(() => {
    if (value !== asked.current) setText(value);
    asked.current = value;
  }, [value]);
  return (
    <TextInput
      className={style.search}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<Icon of={Search} size={15} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
    />
  );
}
