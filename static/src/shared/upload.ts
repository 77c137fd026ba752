/** `fetch` does not tell how far a body has gone out; XMLHttpRequest does. */
export function browserUpload(url: string, { method = "POST", headers, body, signal }: RequestInit, sent: (share: number) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const failed = () => reject(new TypeError("Failed to send"));
    request.open(method, url);
    new Headers(headers).forEach((value, name) => request.setRequestHeader(name, value));
    request.upload.onprogress = ({ loaded, total }) => total > 0 && sent(loaded / total);
    request.onerror = request.onabort = failed;
    request.onload = () => {
      const wait = request.getResponseHeader("Retry-After");
      resolve(new Response(request.responseText, { status: request.status, headers: wait ? { "Retry-After": wait } : {} }));
    };
    if (signal?.aborted) return failed();
    signal?.addEventListener("abort", () => request.abort());
    request.send(body as XMLHttpRequestBodyInit | null);
  });
}
