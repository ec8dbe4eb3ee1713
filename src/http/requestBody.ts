import type { IncomingMessage } from 'node:http';

/**
 * Reads and parses a JSON body, counting while it arrives: 'tooLarge' as soon as it passes `maxBytes`, 'aborted'
 * when the client leaves first. Where a server around the gateway has read it, what that has parsed is taken, and
 * 'readElsewhere' is the answer when there is none.
 *
 * Read here and not by Yoga, whose own limit wraps each body in streams: that was the second largest cost of a
 * request, after the upstream client.
 */
export function readRequestBody(
  request: IncomingMessage & { readonly body?: unknown },
  maxBytes: number,
): Promise<{ content: unknown } | 'tooLarge' | 'aborted' | 'readElsewhere'> {
  if (Number(request.headers['content-length']) > maxBytes) return Promise.resolve('tooLarge');
  if (request.destroyed && !request.readableEnded) return Promise.resolve('aborted');
  if (request.readableEnded) {
    return Promise.resolve(isObjectWithMembers(request.body) ? { content: request.body } : 'readElsewhere');
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) resolve('tooLarge');
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      resolve({ content: contentOf(body.toString()) });
    });
    request.on('close', () => resolve('aborted'));
  });
}

/**
 * The parsed body, which Yoga takes as it is. Whatever is no operation stays text, for Yoga to refuse in the
 * words of the HTTP specification; never empty text, for which Yoga would wait on the stream.
 */
function contentOf(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    if (isObjectWithMembers(json)) return json;
  } catch {
    // Yoga refuses it below.
  }
  return text || ' ';
}

/** Of an object without any, Yoga would wait on the stream too. */
const isObjectWithMembers = (json: unknown): json is object =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && Object.keys(json).length > 0;
