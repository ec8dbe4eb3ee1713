import { readFileSync } from 'node:fs';
import { GraphQLError, specifiedRules, validate } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import * as v from 'valibot';
import { limitsRule, parseWithin } from './limits.ts';
import type { DocumentLimits, OperationLimits } from './limits.ts';

/** The documents of a front end's build, by id. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** The formats of clients' build tools: a map from ids to texts, or Apollo's list of operations. */
const Manifest = v.union([
  v.object({ operations: v.array(v.object({ id: v.string(), body: v.string() })) }),
  v.pipe(
    v.custom<object>((json) => !Array.isArray(json)),
    v.record(v.string(), v.string()),
  ),
]);

/** @returns the documents, or the problem with the file. */
export function readTrustedDocuments(path: string): TrustedDocuments | string {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code ? `cannot be read: ${code}` : 'is not a file of JSON';
  }
  const { success, output } = v.safeParse(Manifest, json);
  if (!success) return 'must map ids to documents, or be a manifest of persisted queries with operations';
  const documents: readonly (readonly [string, string])[] = Array.isArray(output.operations)
    ? output.operations.map(({ id, body }) => [id, body] as const)
    : Object.entries(output as Record<string, string>);
  if (documents.length === 0) return 'holds no document, so nothing could be executed';
  return new Map(documents.map(([id, text]) => [bareId(id), text]));
}

/** Lists the documents that could never be executed, with the reason, one per line. */
export function documentProblems(
  documents: TrustedDocuments,
  schema: GraphQLSchema,
  limits: DocumentLimits & OperationLimits,
): string[] {
  const rules = [...specifiedRules, limitsRule(limits)];
  return [...documents].flatMap(([id, text]) => {
    try {
      const problems = validate(schema, parseWithin(limits, text), rules);
      return problems.map(({ message }) => `TRUSTED_DOCUMENTS, ${id}: ${message}`);
    } catch (error) {
      if (error instanceof GraphQLError) return [`TRUSTED_DOCUMENTS, ${id}: ${error.message}`];
      throw error;
    }
  });
}

/** The members of a request that identify its document, in GraphQL over HTTP and in Apollo's clients. */
interface Named {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

/** Admits trusted documents, and any document of an administrator. */
export class DocumentGate {
  readonly #documents: TrustedDocuments;
  readonly #texts: ReadonlySet<string>;

  constructor(documents: TrustedDocuments) {
    this.#documents = documents;
    this.#texts = new Set(documents.values());
  }

  /** Returns the body with the text of its document; undefined if the document is not trusted. */
  admitBody(body: unknown, isAdministrator: boolean): object | undefined {
    if (typeof body !== 'object' || body === null) return undefined;
    const { documentId: _, extensions: __, ...others } = body as Named;
    const query = this.#textOf(body, isAdministrator);
    return query === undefined ? undefined : { ...others, query };
  }

  /** `admitBody` for the URL of a GET. */
  admitUrl(url: string, isAdministrator: boolean): string | undefined {
    const [path, search] = url.split('?', 2);
    const { documentId, extensions, ...others } = Object.fromEntries(new URLSearchParams(search));
    const named = { query: others['query'], documentId, extensions: extensions && jsonOf(extensions) };
    const query = this.#textOf(named, isAdministrator);
    return query === undefined ? undefined : `${path}?${new URLSearchParams({ ...others, query })}`;
  }

  #textOf({ query, documentId, extensions }: Named, isAdministrator: boolean): string | undefined {
    if (query === undefined || query === null) return this.#documents.get(idOf(documentId, extensions));
    return typeof query === 'string' && (isAdministrator || this.#texts.has(query)) ? query : undefined;
  }
}

function idOf(documentId: unknown, extensions: unknown): string {
  const { success, output } = v.safeParse(PersistedQuery, extensions);
  const id = documentId ?? (success ? output.persistedQuery.sha256Hash : undefined);
  return typeof id === 'string' ? bareId(id) : '';
}

const PersistedQuery = v.object({ persistedQuery: v.object({ sha256Hash: v.string() }) });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** GraphQL over HTTP puts the name of the hash function before the id. */
const bareId = (id: string): string => id.replace(/^sha256:/, '');
