/** A stretch of a list, as `/v2` gives it. */
interface Stretch<T> {
  data: T[];
  pagination: { has_more: boolean };
}

/** Reads a list to its end: what is chosen from must not lack what comes after the first hundred. */
export async function every<S extends Stretch<unknown>>(ask: (span: { limit: number; offset: number }) => Promise<S>): Promise<S> {
  const first = await ask({ limit: 100, offset: 0 });
  let more = first.pagination.has_more;
  while (more) {
    const { data, pagination } = await ask({ limit: 100, offset: first.data.length });
    first.data.push(...data);
    more = pagination.has_more && data.length > 0;
  }
  return first;
}
