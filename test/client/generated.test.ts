import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buildSchema, isAbstractType, isObjectType, visit } from 'graphql';
import type { DocumentNode, GraphQLInterfaceType, GraphQLUnionType } from 'graphql';
import { describe, expect, it } from 'vitest';
import * as client from '../../src/client/index.ts';
import { staleFiles } from '../../tools/clientFiles.ts';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

const VERIFY_ERROR = (schema.getType('VerifyError') as GraphQLInterfaceType).getFields();

const documents = Object.entries(client).filter(([name]) => name.endsWith('Document')) as unknown as [
  string,
  DocumentNode,
][];

describe('the generated client', () => {
  it('the generated client equals what schema.graphql and the operations give now', async () => {
    expect(await staleFiles()).toEqual([]);
  });

  it('the generated client has the operations of a sign-in screen', () => {
    expect(documents.map(([name]) => name)).toEqual([
      'ChallengeDocument',
      'ChallengeUpdatedDocument',
      'CreateChallengeDocument',
      'PendingChallengesDocument',
      'ResendChallengeNotificationDocument',
    ]);
  });

  it.each(documents)('the generated %s asks for the type of everything', (_, document) => {
    let selectionSets = 0;
    visit(document, {
      SelectionSet({ selections }, _key, parent) {
        if (parent && 'kind' in parent && parent.kind === 'OperationDefinition') return;
        selectionSets += 1;
        expect(selections[0]).toMatchObject({ kind: 'Field', name: { value: '__typename' } });
      },
    });
    expect(selectionSets).toBeGreaterThan(3);
  });

  it.each(types.filter(isAbstractType).map((type) => [type.name, type] as const))(
    'the generated client knows the members of %s',
    (name, type) => {
      expect(client.possibleTypes[name]).toEqual(schema.getPossibleTypes(type).map((member) => member.name));
    },
  );

  it.each(types.filter(isObjectType).map((type) => [type.name, type] as const))(
    'the generated client tells a cache whether %s is an object of its own',
    (name, type) => {
      const isOwn = 'id' in type.getFields() || ['Query', 'Mutation', 'Subscription'].includes(name);
      expect(name in client.keys).toBe(!isOwn);
    },
  );

  it.each(types.filter(isObjectType).map((type) => [type.name, type] as const))(
    'the generated client tells Apollo Client whether %s is part of an object that has an id',
    (name) => {
      const parts = [
        'FactorConfig',
        'ServicePush',
        'ServiceTotp',
        'ChallengeDetails',
        'ChallengeWaiting',
        'ResendState',
      ];
      expect(client.typePolicies[name]).toEqual(parts.includes(name) ? { merge: true } : undefined);
    },
  );

  const resendResult = schema.getType('ResendChallengeNotificationResult') as GraphQLUnionType;
  it.each(resendResult.getTypes().map((type) => [type.name, type] as const))(
    'the generated client asks for every field of %s',
    (name, type) => {
      const source = readFileSync('src/client/operations/ResendChallengeNotification.graphql', 'utf8');
      const [, selected = ''] = new RegExp(`\\.\\.\\. on ${name} {(.*?)\n    }`, 's').exec(source) ?? [];
      const fields = Object.keys(type.getFields()).filter((field) => !(field in VERIFY_ERROR));
      const needed = name === 'Notification' ? ['challenge'] : fields;
      for (const field of needed) expect(selected).toMatch(new RegExp(`^ {6}${field}\\b`, 'm'));
    },
  );

  it('the generated client names each trusted document by its hash', () => {
    const manifest = JSON.parse(
      readFileSync('src/client/generated/trusted-documents.json', 'utf8'),
    ) as object;
    expect(Object.keys(manifest)).toHaveLength(2 * documents.length);
    for (const [id, text] of Object.entries(manifest)) {
      expect(createHash('sha256').update(text).digest('hex')).toBe(id);
    }
  });
});
