import { createHash } from 'node:crypto';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import { stringifyDocument } from '@urql/core';
import { Kind, parse, print, separateOperations, visit } from 'graphql';
import type { DocumentNode, FieldNode } from 'graphql';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** Caches add `__typename`, each in its own place; where it is there already they leave the text alone. */
const withTypenames = (document: DocumentNode): DocumentNode =>
  visit(document, {
    SelectionSet: (node, _, parent) =>
      parent && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION
        ? undefined
        : { ...node, selections: [TYPENAME, ...node.selections] },
  });

/**
 * The types of operations and their parsed documents, as TypeScript.
 * @param sources their GraphQL, by name; fragments among them.
 */
export async function typedDocuments(schema: string, sources: ReadonlyMap<string, string>): Promise<string> {
  const code = await codegen({
    filename: 'documents.ts',
    schema: parse(schema),
    documents: [...sources].map(([location, source]) => ({
      location,
      document: withTypenames(parse(source)),
    })),
    config: {
      useTypeImports: true,
      immutableTypes: true,
      dedupeFragments: true,
      arrayInputCoercion: false,
      // Only what is selected is there: the root of an operation has none.
      skipTypename: true,
      enumType: 'string-literal',
      scalars: { ID: 'string', DateTime: 'string', JSONObject: 'Readonly<Record<string, unknown>>' },
    },
    plugins: [{ operationTypes: {} }, { typedDocumentNode: {} }],
    pluginMap: { operationTypes, typedDocumentNode },
  });
  const used = code.replace(/^.*\nexport type Incremental<.*\n/m, '');
  // A parsed document is one line: nobody reads it, and a page that does not import it does not load it.
  return used.replaceAll(/^export const /gm, '// prettier-ignore\nexport const ');
}

/**
 * The texts of the operations, by the hash of each, as Apollo Client and urql print them: they part definitions
 * differently, and a trusted document is trusted to the letter.
 */
export function trustedDocuments(sources: ReadonlyMap<string, string>): Record<string, string> {
  const everything = withTypenames(parse([...sources.values()].join('\n')));
  const texts = Object.values(separateOperations(everything)).flatMap((document) => {
    const ordered = operationFirst(document);
    return [print(ordered), stringifyDocument(ordered)];
  });
  return Object.fromEntries(texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]));
}

/** As the typed documents are, which list their fragments by name. */
function operationFirst(document: DocumentNode): DocumentNode {
  const nameOf = (definition: DocumentNode['definitions'][number]) =>
    definition.kind === Kind.FRAGMENT_DEFINITION ? definition.name.value : '';
  return {
    ...document,
    definitions: document.definitions.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)),
  };
}
