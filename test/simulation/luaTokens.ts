const TOKEN =
  /\s+|--[^\n]*|([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|'([^'\\]*)'|(==|~=|<=|>=|\.\.|[-+*/%<>=(){}[\].,#])/y;
const KEYWORDS = new Set(
  'and or not local function if then elseif else end return nil true false for while do repeat until in break'.split(
    ' ',
  ),
);
export interface Token {
  readonly kind: 'name' | 'number' | 'text' | 'symbol' | 'end';
  readonly text: string;
}

/** @throws SyntaxError for what is not known here. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) throw new SyntaxError(`Not known of Lua: ${source.slice(at, at + 20)}`);
    const [, name, number, text, symbol] = match;
    if (name !== undefined) tokens.push({ kind: KEYWORDS.has(name) ? 'symbol' : 'name', text: name });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (text !== undefined) tokens.push({ kind: 'text', text });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
  }
  return [...tokens, { kind: 'end', text: 'the end' }];
}
