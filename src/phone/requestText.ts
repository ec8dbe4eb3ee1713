import type { Exchange } from './history.ts';

/** A command for a POSIX shell that sends the same request. */
export function curlOf({ method, url, headers, body }: Exchange): string {
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const stream = headers['accept'] === 'text/event-stream' ? ' -N' : '';
  const data = body ? [`-d ${quoted(JSON.stringify(body))}`] : [];
  return [`curl -sS${stream} -X ${method} ${quoted(url)}`, ...lines, ...data].join(' \\\n  ');
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The document, under a comment with its variables. */
export function graphqlOf({ query = '', variables = {} }: Exchange): string {
  const comment = JSON.stringify(variables, null, 2).replaceAll(/^/gm, '# ');
  return `# variables\n${comment}\n${query}\n`;
}
