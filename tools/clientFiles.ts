import { readdirSync, readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { cacheMaps } from './cacheMaps.ts';
import { trustedDocuments, typedDocuments } from './clientDocuments.ts';

const FOLDER = 'src/client';
const FROM = 'Generated from schema.graphql and operations/ by npm run client.';

/** The operations of the client, by the names of their files. */
export function readOperations(): ReadonlyMap<string, string> {
  const folder = `${FOLDER}/operations`;
  const files = readdirSync(folder).toSorted();
  return new Map(files.map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')]));
}

/** What the client is generated into: the text of each file, by its path. */
export async function clientFiles(): Promise<ReadonlyMap<string, string>> {
  const schema = readFileSync('schema.graphql', 'utf8');
  const operations = readOperations();
  const files = [
    ['documents.ts', `// ${FROM}\n${await typedDocuments(schema, operations)}`],
    ['cacheMaps.ts', `// ${FROM}\n${cacheMaps(schema)}`],
    ['trusted-documents.json', JSON.stringify(trustedDocuments(operations))],
  ] as const;
  const formatted = files.map(async ([file, text]) => {
    const filepath = `${FOLDER}/generated/${file}`;
    return [filepath, await format(text, { ...(await resolveConfig(filepath)), filepath })] as const;
  });
  return new Map(await Promise.all(formatted));
}

/** Which of the generated files are not what they would be now. */
export async function staleFiles(): Promise<string[]> {
  const files = await clientFiles();
  return [...files].filter(([path, text]) => readFileSync(path, 'utf8') !== text).map(([path]) => path);
}
