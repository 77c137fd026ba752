import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Schemas } from "../api/client.js";
import { errorOf } from "../api/errors.js";
import { useSandbox } from "../session/sandbox.js";

type Attachment = Schemas["Attachment"];

/** Whether a file is shown in place; a drawing that could carry a script is not. */
export const isPicture = ({ content_type }: Pick<Attachment, "content_type">): boolean => /^image\/(png|jpe?g|gif|webp|avif)$/.test(content_type);

/** Pictures that were taken in on this page, by what the server calls them: they are shown without a line to it. */
const taken = new Map<string, string>();
const most = 50;

/** Keeps the bytes of a picture that was uploaded from here. */
export function takeIn(file: Attachment, bytes: Blob): void {
  if (!isPicture(file)) return;
  taken.set(file.id, URL.createObjectURL(bytes));
  const [oldest] = taken;
  if (taken.size <= most || !oldest) return;
  taken.delete(oldest[0]);
  URL.revokeObjectURL(oldest[1]);
}

/** The address of a file's bytes. An `<img>` cannot say that it is for the sandbox, so there the bytes are fetched. */
export function useSource({ id, url }: Attachment): string | undefined {
  const sandbox = useSandbox();
  const here = taken.get(id);
  const { data: blob } = useQuery({
    queryKey: ["file", id],
    enabled: sandbox && !here,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const response = await fetch(`${url}?disposition=inline`, { headers: { "X-Sandbox": "1" } });
      if (!response.ok) throw await errorOf(response);
      return response.blob();
    },
  });
  const [made, setMade] = useState<string>();
  useEffect(() => {
    if (!blob) return undefined;
    const address = URL.createObjectURL(blob);
    setMade(address);
    return () => URL.revokeObjectURL(address);
  }, [blob]);
  return here ?? (sandbox ? made : `${url}?disposition=inline`);
}

/** A picture's address until it turns out that nothing comes from there. */
export function usePicture(file: Attachment): { source: string | undefined; broken: boolean; onError: () => void } {
  const source = useSource(file);
  const [failed, setFailed] = useState<string>();
  return { source, broken: source !== undefined && failed === source, onError: () => setFailed(source) };
}
