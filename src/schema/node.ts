import * as v from 'valibot';
import type { Context } from '../operation/context.ts';
import { InvalidInputError } from '../errors/resultErrors.ts';
import { checkInput } from '../twilio/input.ts';
import { builder } from './builder.ts';

/** Every object with a global id. `resolveType` relies on `__typename`, which `node` sets. */
export const node = builder.interfaceRef<object>('Node').implement({
  description: 'An object with a global id.',
  resolveType: (object) => (object as { readonly __typename?: string }).__typename,
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'The global id. It is opaque: store it, do not parse it.',
      resolve: () => {
        throw new TypeError('Each type resolves its own id');
      },
    }),
  }),
});

interface NodeType {
  readonly keySchema: v.GenericSchema;
  readonly keyNames: readonly string[];
  load(key: never, context: Context): Promise<object | null>;
}

type KeyOf<Rules> = { readonly [Name in keyof Rules]: string };

const types = new Map<string, NodeType>();

/** The types that can be read by a key, by name. */
export const nodeTypes: ReadonlyMap<string, NodeType> = types;

/**
 * Registers a type for `node`.
 * @param keySchema the rules of its key: fields of the type, in the order of their values in the id
 * @returns a function that creates the id of an object
 */
export function nodeType<Rules extends Readonly<Record<string, v.GenericSchema<string>>>>(
  typename: string,
  keySchema: v.ObjectSchema<Rules, undefined>,
  load: (key: KeyOf<Rules>, context: Context) => Promise<object | null>,
): (object: KeyOf<Rules>) => string {
  const keyNames = Object.keys(keySchema.entries);
  types.set(typename, { keySchema, keyNames, load });
  return (object) => {
    const parts = keyNames.map((name) => object[name]);
    return Buffer.from([typename, ...parts].join('/')).toString('base64url');
  };
}

export interface NodeKey {
  readonly typename: string;
  readonly key: Readonly<Record<string, unknown>>;
}

/** Decodes a global id; undefined if this gateway did not create it. */
export function nodeKeyOf(id: string): NodeKey | undefined {
  const [typename = '', ...parts] = Buffer.from(id, 'base64url').toString().split('/');
  const type = types.get(typename);
  if (!type || parts.length !== type.keyNames.length) return undefined;
  const key = Object.fromEntries(type.keyNames.map((name, index) => [name, parts[index]]));
  return v.is(type.keySchema, key) ? { typename, key } : undefined;
}

/** @throws InvalidInputError for an invalid key; keys follow the same rules as arguments. */
export async function loadNode({ typename, key }: NodeKey, context: Context): Promise<object | null> {
  const { keySchema, load } = types.get(typename)!;
  const object = await load(checkInput(keySchema, key) as never, context);
  return object && { ...object, __typename: typename };
}

/** @throws InvalidInputError for an invalid id. */
async function loadById(id: string, context: Context): Promise<object | null> {
  const nodeKey = nodeKeyOf(id);
  if (!nodeKey) throw new InvalidInputError([{ path: 'id', message: 'id must be the id of a node.' }]);
  return loadNode(nodeKey, context);
}

/** The maximum page size of a list. Each invalid id becomes a separate error in the answer. */
const MAX_IDS = 50;

builder.queryFields((t) => ({
  node: t.field({
    type: node,
    description: 'Reads an object by its global id. Null if it does not exist.',
    scope: 'verify:read',
    args: { id: t.arg.id({ required: true, description: 'A global id.' }) },
    resolve: (_, { id }, context) => loadById(id, context),
  }),
  nodes: t.field({
    type: [node],
    nullable: { list: false, items: true },
    description: 'Reads objects by their global ids, in the same order. Null for each that does not exist.',
    scope: 'verify:read',
    args: { ids: t.arg.idList({ required: true, description: `At most ${MAX_IDS} global ids.` }) },
    resolve: (_, { ids }, context) => {
      if (ids.length > MAX_IDS) {
        throw new InvalidInputError([{ path: 'ids', message: `ids must be at most ${MAX_IDS}.` }]);
      }
      return ids.map((id) => loadById(id, context));
    },
  }),
}));
