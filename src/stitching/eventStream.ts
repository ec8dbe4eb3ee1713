interface Event {
  readonly event: string;
  readonly data: string;
}

/** Longer lines are no results of the gateway. */
const MAX_EVENT_CHARACTERS = 1_000_000;

/** Reads server-sent events. @throws Error when an event is longer than any result. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<Event, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop()!;
    if (text.length > MAX_EVENT_CHARACTERS) throw new Error('An event is too long');
    for (const block of blocks) {
      const event = eventOf(block);
      if (event) yield event;
    }
  }
}

/** Undefined for a comment, which keeps the connection alive. */
function eventOf(block: string): Event | undefined {
  const fields = block.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line));
  const valuesOf = (name: string) => fields.filter((field) => field?.[1] === name).map((field) => field![2]);
  const [event] = valuesOf('event');
  return event === undefined ? undefined : { event, data: valuesOf('data').join('\n') };
}
