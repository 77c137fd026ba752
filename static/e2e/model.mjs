// A model server that speaks OpenAI's protocol and streams at the pace the test gives it.
import { once } from "node:events";
import { createServer } from "node:http";

/** Serves one streamed answer per question; `next` lets a piece of it go. `asked` are the questions' bodies. */
export async function modelServer(pieces) {
  const asked = [];
  const gates = pieces.map(() => {
    let open;
    return { passed: new Promise((resolve) => (open = resolve)), open };
  });
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    asked.push(JSON.parse(body));
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    const tell = (choice) => response.write(`data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "m", choices: [choice] })}\n\n`);
    for (const [i, content] of pieces.entries()) {
      await gates[i].passed;
      tell({ index: 0, delta: { role: "assistant", content } });
    }
    tell({ index: 0, delta: {}, finish_reason: "stop" });
    response.end("data: [DONE]\n\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    asked,
    next: (i) => gates[i].open(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
