import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VARIABLE_NAMES } from '../../src/config/variableNames.ts';
import { readPage } from '../helpers/page.ts';

const DOCS = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const AT_ROOT = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'examples/README.md'];
const PAGES = [...AT_ROOT, ...DOCS];

/** Of the gateway, of its tests and of its examples. */
const VARIABLES = [...VARIABLE_NAMES, 'SEED', 'SIMULATION_FIRST', 'SIMULATION_MINUTES', 'CI'];

const { files, scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  files: string[];
  scripts: object;
};
/** npm packs these whatever `files` says. */
const PACKED = [...files, 'README.md', 'LICENSE', 'package.json'];
const isPacked = (path: string) => PACKED.some((entry) => path === entry || path.startsWith(`${entry}/`));

/** Links of a page to files and headings of the repository. */
function linksOf(page: string): { target: string; anchor: string | undefined; link: string }[] {
  const prose = readPage(page)
    .text.replace(/^```[^]*?^```$/gm, '')
    .replaceAll('\n', ' ');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^https?:/.test(link))
    .map((link) => {
      const [path = '', anchor] = link.split('#', 2);
      const target = path === '' ? page : relative('.', resolve(dirname(page), path));
      return { target, anchor, link };
    });
}

/** The anchors of the headings of a page, as GitHub and npm make them. */
const anchorsOf = (page: string): string[] =>
  [
    ...readPage(page)
      .text.replace(/^```[^]*?^```$/gm, '')
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Examples that start or install something. Tests start the same under other names; here their parts are looked up. */
const START =
  /^(?:[A-Z_]+=\S+ )*(?:npm (?:ci|test|start|pack|run [\w:]+)|node (?:dist\/cli|examples\/[\w/-]+)\.js|npm install \.\.|npx --no |npx vitest )/;
const isStart = (code: string) =>
  code
    .replaceAll('\\\n', '')
    .trim()
    .split(/\n| && /)
    .every((command) => START.test(command) && !/[|>]/.test(command));

/** The test that runs the other examples of a page, and how many there are. */
const RUN_BY: Readonly<Record<string, readonly [test: string, count: number]>> = {
  'README.md': ['test/docs/readme.system.test.ts', 2],
  'docs/schema.md': ['test/docs/schema.test.ts', 3],
  'docs/notify.md': ['test/docs/notify.test.ts', 5],
  'docs/front-end.md': ['test/docs/frontEnd.system.test.ts', 6],
  'docs/embedding.md': ['test/docs/embedding.system.test.ts', 2],
  'docs/federation.md': ['test/docs/federation.system.test.ts', 5],
  'docs/stitching.md': ['test/docs/stitching.system.test.ts', 3],
  'docs/sandbox.md': ['test/docs/sandbox.system.test.ts', 10],
  'docs/security.md': ['test/docs/security.system.test.ts', 3],
  'docs/operating.md': ['test/docs/operating.system.test.ts', 1],
};

describe.each(PAGES)('%s', (page) => {
  const { text, fenced } = readPage(page);

  it(`${page} links to files and headings that exist`, () => {
    for (const { target, anchor, link } of linksOf(page)) {
      expect(existsSync(target), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(target), link).toContain(anchor);
    }
  });

  it(`${page} has no line of prose over 140 characters`, () => {
    const prose = text.replace(/^```[^]*?^```$/gm, '').split('\n');
    const long = prose.filter((line) => line.length > 140 && !line.startsWith('|'));
    expect(long).toEqual([]);
  });

  it(`${page} names only files and commands that exist`, () => {
    // Code of examples, such as imports, is run by other tests.
    const prose = text.replace(/^```(?:ts|js|graphql)\n[^]*?^```$/gm, '');
    for (const [path] of prose.matchAll(
      /(?<![\w/-])(?:src|test|tools|examples|bench|\.github|\.ci)\/[\w./-]*\w/g,
    )) {
      expect(existsSync(path), path).toBe(true);
    }
    for (const [, name] of prose.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(name);
  });

  it(`${page} asks the registry of npm for nothing`, () => {
    expect(text).not.toMatch(/npm (?:install|i) verify-push-gateway|npx verify-push-gateway/);
  });

  it(`${page} has examples that a test runs`, () => {
    const examples = fenced.filter(({ language }) => language !== '' && language !== 'mermaid');
    const others = examples.filter(({ code }) => !isStart(code));
    const [test, count] = RUN_BY[page] ?? [undefined, 0];
    expect(others.map(({ code }) => code.split('\n', 1)[0])).toHaveLength(count);
    if (test) expect(readFileSync(test, 'utf8')).toContain(page);
  });

  it(`${page} sets only variables that exist`, () => {
    for (const { code } of fenced
      .filter(({ language }) => language === 'sh')
      .filter(({ code }) => isStart(code))) {
      for (const [, name] of code.matchAll(/(?:^| )([A-Z_]+)=/gm)) expect(VARIABLES).toContain(name);
    }
  });
});

it.each(PAGES.filter(isPacked))('%s, as npm packs it, links to nothing that is not packed', (page) => {
  for (const { target, link } of linksOf(page)) expect(isPacked(target), link).toBe(true);
});

it('docs/README.md lists every page', () => {
  const listed = linksOf('docs/README.md').map(({ target }) => target);
  const others = DOCS.filter((page) => page !== 'docs/README.md');
  expect(listed.filter((target) => target.startsWith('docs/')).sort()).toEqual(others.sort());
});
