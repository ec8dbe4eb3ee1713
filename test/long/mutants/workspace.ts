import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Mutant } from './mutant.ts';

const LEFT_OUT = new Set(['node_modules', 'dist', 'coverage', '.git']);

/** What one test did; `messages` say why it failed. */
export interface TestResult {
  readonly file: string;
  readonly name: string;
  readonly status: 'passed' | 'failed';
  readonly messages: readonly string[];
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** A copy of the sources and the tests, in which one mutant after the other is tried. */
export class Workspace {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), 'mutants-')));

  constructor() {
    cpSync('.', this.#folder, { recursive: true, filter: (file) => !LEFT_OUT.has(basename(file)) });
    symlinkSync(realpathSync('node_modules'), join(this.#folder, 'node_modules'));
  }

  /** What the test of a mutant does with it. @throws when the text to replace does not stand there exactly once. */
  async try({ file, from, to, test }: Mutant): Promise<TestResult[]> {
    const path = join(this.#folder, file);
    const source = readFileSync(path, 'utf8');
    const [before, after, ...more] = source.split(from);
    if (after === undefined || more.length > 0) throw new Error(`Not exactly once in ${file}: ${from}`);
    writeFileSync(path, before + to + after);
    try {
      return await this.run([test]);
    } finally {
      writeFileSync(path, source);
    }
  }

  /** Runs the tests of these files that have these names. @throws when none ran. */
  async run(tests: readonly Mutant['test'][]): Promise<TestResult[]> {
    const report = join(this.#folder, 'report.json');
    const names = tests.map(([, name]) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
    const files = [...new Set(tests.map(([file]) => file))];
    rmSync(report, { force: true });
    const output = await this.#vitest([
      '--reporter=json',
      `--outputFile=${report}`,
      '-t',
      names.join('|'),
      ...files,
    ]);
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const results = testResults.flatMap((suite) =>
      suite.assertionResults.map(({ fullName, status, failureMessages = [] }) => ({
        file: suite.name.slice(this.#folder.length + 1),
        name: fullName,
        status,
        messages: failureMessages,
      })),
    );
    const ran = results.filter((result): result is TestResult => /^(passed|failed)$/.test(result.status));
    if (ran.length === 0) {
      throw new Error(`No test ran: ${testResults.map(({ message }) => message).join('\n')}${output}`);
    }
    return ran;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #vitest(args: readonly string[]): Promise<string> {
    const { PATH, HOME, CI } = process.env;
    const command = ['node_modules/vitest/vitest.mjs', 'run', '--maxWorkers=1', ...args];
    const child = spawn(process.execPath, command, { cwd: this.#folder, env: { PATH, HOME, CI } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    await once(child, 'close');
    return output;
  }
}
