import type { IncomingMessage } from 'node:http';

/**
 * Reads a body as UTF-8 text, counting while it arrives; 'tooLarge' as soon as it passes `maxBytes`, 'aborted'
 * when the client leaves first.
 *
 * Read here and not by Yoga, whose own limit wraps each body in streams: that was the second largest cost of a
 * request, after the upstream client.
 */
export function readRequestBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<{ text: string } | 'tooLarge' | 'aborted'> {
  if (Number(request.headers['content-length']) > maxBytes) return Promise.resolve('tooLarge');
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
      resolve({ text: body.toString() });
    });
    request.on('close', () => resolve('aborted'));
  });
}
