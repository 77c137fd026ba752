import type { LucideIcon } from "lucide-react";

/** An icon beside a text: it says nothing by itself, so it is hidden from readers. */
export const Icon = ({ of: Shape, size = 16, className }: { of: LucideIcon; size?: number; className?: string | undefined }) => (
  <Shape size={size} strokeWidth={1.75} absoluteStrokeWidth={false} aria-hidden="true" focusable="false" className={className} />
);
