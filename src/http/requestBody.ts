import type { IncomingMessage } from 'node:http';

type Unread = 'tooLarge' | 'aborted' | 'readElsewhere';

/**
 * Reads and parses a JSON body. Returns 'tooLarge' as soon as it exceeds `maxBytes`, and 'aborted' if the client
 * disconnects first. If an outer server already consumed the body, uses its `request.body`; without one, returns
 * 'readElsewhere'.
 *
 * Yoga does not read the body, because its own limit wraps each body in streams: that was the second largest cost of a
 * request, after the upstream client.
 */
export async function readRequestBody(
  request: IncomingMessage & { readonly body?: unknown },
  maxBytes: number,
): Promise<{ content: unknown } | Unread> {
  const bytes = await readBytes(request, maxBytes);
  if (bytes === 'readElsewhere' && isObjectWithMembers(request.body)) return { content: request.body };
  return typeof bytes === 'string' ? bytes : { content: contentOf(bytes.toString()) };
}

/** Reads a body as it arrives. Returns 'readElsewhere' if an outer server already consumed it. */
export function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer | Unread> {
  if (Number(request.headers['content-length']) > maxBytes) return Promise.resolve('tooLarge');
  if (request.destroyed && !request.readableEnded) return Promise.resolve('aborted');
  if (request.readableEnded) return Promise.resolve('readElsewhere');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) resolve('tooLarge');
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on('close', () => resolve('aborted'));
  });
}

/**
 * Returns the parsed body, which Yoga uses unchanged. Anything that is not an operation stays text, so that Yoga refuses
 * it as the HTTP specification says. The text is never empty, because Yoga would then wait for the consumed stream.
 */
function contentOf(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    if (isObjectWithMembers(json)) return json;
  } catch {
    // Yoga refuses invalid JSON.
  }
  return text || ' ';
}

/** Yoga would wait for the consumed stream if the object were empty. */
const isObjectWithMembers = (json: unknown): json is object =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && Object.keys(json).length > 0;
