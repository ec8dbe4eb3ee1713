const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * The first member that an object of a valid JSON text has twice; undefined when there is none. `JSON.parse` takes the
 * last of them without a word, and another reader of the same text may take the first.
 */
export function repeatedMember(json: string): string | undefined {
  const open: Set<string>[] = [];
  const tokens = json.match(TOKEN) ?? [];
  for (const [index, token] of tokens.entries()) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token[0] === '"' && tokens[index + 1] === ':') {
      const name = JSON.parse(token) as string;
      const members = open.at(-1)!;
      if (members.has(name)) return name;
      members.add(name);
    }
  }
  return undefined;
}
