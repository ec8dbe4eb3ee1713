import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPage } from '../helpers/page.ts';

const PAGE = readPage('docs/architecture.md');
const section = (title: string) => PAGE.text.split('\n## ').find((text) => text.startsWith(title))!;

describe('docs/architecture.md', () => {
  it('docs/architecture.md says why each dependency is there', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: object;
      peerDependencies: object;
    };
    const table = section('Dependencies');
    const listed = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    );
    expect(listed.sort()).toEqual(Object.keys(dependencies).sort());
    for (const peer of Object.keys(peerDependencies)) expect(table).toContain(`\`${peer}\``);
  });

  it('docs/architecture.md says what each folder of src holds', () => {
    const listed = [...section('Folders').matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([\w.]+)\/?`/g)].map(([, name]) => name!),
    );
    const there = readdirSync('src').filter((name) => name !== 'tsconfig.json');
    expect(listed.sort()).toEqual(there.sort());
  });
});
