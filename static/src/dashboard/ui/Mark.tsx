/** The product's sign: two lines of talk that share an edge. */
export const Mark = ({ size = 22 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true" focusable="false">
    <path d="M3 9.5A6.5 6.5 0 0 1 9.5 3h5A6.5 6.5 0 0 1 21 9.5v1a6.5 6.5 0 0 1-6.5 6.5H11l-4.4 3.7A1 1 0 0 1 5 20v-3.9A6.5 6.5 0 0 1 3 10.6z" fill="var(--accent)" />
    <path d="M8 8.75h8M8 12h5" stroke="var(--accent-ink)" strokeWidth="1.8" strokeLinecap="round" />
  </svg>
);
