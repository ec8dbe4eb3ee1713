import { code, inMarkdown, markdownTable } from './markdownTable.ts';

/** Every metric of a text in Prometheus' format, but for those of the process and of Node.js. */
export function metricsTable(text: string): string {
  const names = [...text.matchAll(/^# TYPE (verify_push_\w+) (\w+)$/gm)];
  return markdownTable(
    ['metric', 'type', 'labels', 'meaning'],
    names.map(([, name, type]) => [
      code(name!),
      type!,
      labelsOf(text, name!).map(code).join(', ') || '–',
      inMarkdown(new RegExp(`^# HELP ${name} (.*)$`, 'm').exec(text)![1]!),
    ]),
  );
}

/** Of all series: a histogram has its own labels, and `le` only in its buckets. */
function labelsOf(text: string, name: string): readonly string[] {
  const series = text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\}`, 'gm'));
  const labels = [...series].flatMap(([, inside]) =>
    [...inside!.matchAll(/(\w+)="/g)].map(([, label]) => label!),
  );
  return [...new Set(labels)].filter((label) => label !== 'le');
}
