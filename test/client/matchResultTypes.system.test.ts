import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema, isUnionType } from 'graphql';
import type { GraphQLField } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { typedDocuments } from '../../tools/clientDocuments.ts';

const SCHEMA = readFileSync('schema.graphql', 'utf8');
const LATER = `${SCHEMA.replace(
  /^union ResendChallengeNotificationResult = .*$/m,
  '$& | DeviceLostError',
)}\ntype DeviceLostError implements VerifyError {
  code: VerifyErrorCode! message: String! nextAction: NextAction! retryAfterSeconds: Int requestId: String
}`;

const mutations = Object.values(buildSchema(SCHEMA).getMutationType()!.getFields());

describe('the types of matchResult', () => {
  it('the types of matchResult take a handler for each member of every mutation', async () => {
    const programs = mutations.map((mutation) => programOf(mutation));
    expect(mutations).toHaveLength(12);
    expect(await compile(SCHEMA, mutations, programs.join('\n'))).toBe('');
  });

  it('the types of matchResult break when a member is added to the union', async () => {
    const problems = await compile(LATER, [RESEND], programOf(RESEND));
    expect(problems).toMatch(/error TS\d+:.*Property 'DeviceLostError' is missing in type/s);
    expect(problems.match(/error TS/g)).toHaveLength(1);
  });

  it('the types of matchResult break when a member is left out', async () => {
    const program = programOf(RESEND, (names) => names.filter((name) => name !== 'RateLimitedError'));
    expect(await compile(SCHEMA, [RESEND], program)).toContain("Property 'RateLimitedError' is missing");
  });

  it('the types of matchResult break when the handler of later members is left out', async () => {
    const program = programOf(RESEND).replace(/default: .*,/, '');
    expect(await compile(SCHEMA, [RESEND], program)).toContain("Property 'default' is missing");
  });

  it('the types of matchResult break when a handler is not named after a member', async () => {
    const program = programOf(RESEND, (names) => [...names, 'FactorNotFoundError']);
    const problems = await compile(SCHEMA, [RESEND], program);
    expect(problems).toContain("is not assignable to type 'never'");
    const lines = [...problems.matchAll(/program\.ts\((\d+),/g)].map(([, line]) => Number(line));
    expect(new Set(lines)).toEqual(new Set([lineOf(program, 'FactorNotFoundError:')]));
  });

  it('the types of matchResult break when a handler reads a field its member does not have', async () => {
    const program = programOf(RESEND).replace("=> 'PushDisabledError'", '=> member.sid');
    expect(await compile(SCHEMA, [RESEND], program)).toContain("Property 'sid' does not exist on type");
  });

  it.each(['null', 'undefined'])(
    'the types of matchResult break when the result may be %s',
    async (nothing) => {
      const program = programOf(RESEND).replace('NonNullable<', `${nothing} | NonNullable<`);
      expect(await compile(SCHEMA, [RESEND], program)).toContain(
        `Type '${nothing}' is not assignable to type 'Member'`,
      );
    },
  );

  it('the types of matchResult give what the handlers return', async () => {
    const program = programOf(RESEND).replace(/=> 'RateLimitedError' .*,/, '=> 42,');
    const use = (type: string) => `${program}\nexport const used: ${type} = ${RESEND.name};`;
    expect(await compile(SCHEMA, [RESEND], use('string | number'))).toBe('');
    expect(await compile(SCHEMA, [RESEND], use('string'))).toContain("Type 'number' is not assignable");
  });
});

const RESEND = mutations.find(({ name }) => name === 'resendChallengeNotification')!;

type Mutation = GraphQLField<unknown, unknown>;

/** Every member has its handler, which reads from it what only that member is named. */
function programOf({ name, type }: Mutation, change = (names: string[]): string[] => names): string {
  if (!isUnionType(type)) throw new Error(`${name} answers no union`);
  const names = change(type.getTypes().map((member) => member.name));
  return `
    declare const result: NonNullable<documents.${capital(name)}Mutation['${name}']>;
    export const ${name} = matchResult(result, {
      ${names.map((member) => `${member}: (member) => '${member}' satisfies typeof member.__typename,`).join('\n      ')}
      default: (unknown) => unknown satisfies never,
    });
  `
    .replaceAll('const result', `const result_${name}`)
    .replaceAll('(result,', `(result_${name},`);
}

const capital = (name: string): string => name[0]!.toUpperCase() + name.slice(1);

const lineOf = (program: string, text: string): number =>
  IMPORTS.concat(program)
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

const IMPORTS = `import { matchResult } from './matchResult.ts';\nimport type * as documents from './documents.ts';\n`;

/** What the compiler says of a program against the types of a schema; nothing when it compiles. */
async function compile(schema: string, mutations: readonly Mutation[], program: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'match-result-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const operations = mutations.map(({ name, args }) => {
    const list = (separator: string, each: (arg: (typeof args)[number]) => string) =>
      args.map(each).join(separator);
    const variables = list(', ', (arg) => `$${arg.name}: ${String(arg.type)}`);
    const given = list(', ', (arg) => `${arg.name}: $${arg.name}`);
    return `mutation ${capital(name)}(${variables}) { ${name}(${given}) { ... on VerifyError { message } } }`;
  });
  const documents = await typedDocuments(schema, new Map([['operations', operations.join('\n')]]));
  writeFileSync(join(folder, 'documents.ts'), documents);
  writeFileSync(join(folder, 'matchResult.ts'), readFileSync('src/client/matchResult.ts'));
  writeFileSync(join(folder, 'program.ts'), IMPORTS.concat(program));
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8')) as {
    compilerOptions: object;
  };
  const options = { ...compilerOptions, types: [], noUnusedParameters: false };
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
  );
  return new Promise((resolve) =>
    execFile(join('node_modules', '.bin', 'tsc'), ['-p', folder], (_, stdout, stderr) =>
      resolve(stdout + stderr),
    ),
  );
}
