import type { Context } from '../../operation/context.ts';
import { InvalidInputError } from '../../errors/resultErrors.ts';
import { loadNode, nodeKeyOf, nodeTypes } from '../node.ts';

/**
 * Loads the object of a router's representation; null if it does not exist.
 * @param representation `__typename` with the fields of the type's key, with its `id`, or with both, because a router may
 *   know both. Both must identify the same object.
 * @throws InvalidInputError for anything else, before any read.
 */
export async function loadRepresentation(representation: unknown, context: Context): Promise<object | null> {
  if (!isObject(representation)) throw invalid('', 'A representation must be an object.');
  const { __typename: typename, ...fields } = representation;
  const type = typeof typename === 'string' ? nodeTypes.get(typename) : undefined;
  if (!type) throw invalid('__typename', '__typename must be a type with a key.');
  const { keyNames } = type;
  if (Object.keys(fields).some((name) => name !== 'id' && !keyNames.includes(name))) {
    throw invalid('', `${typename} is known by ${keyNames.join(', ')}, or by id, and by nothing else.`);
  }
  const key = 'id' in fields ? keyOfId(typename as string, fields) : fields;
  const missing = keyNames.filter((name) => typeof key[name] !== 'string');
  if (missing.length > 0) {
    throw new InvalidInputError(missing.map((path) => ({ path, message: `${path} must be text.` })));
  }
  return loadNode({ typename: typename as string, key }, context);
}

type Fields = Readonly<Record<string, unknown>>;

function keyOfId(typename: string, { id, ...others }: Fields): Fields {
  const nodeKey = typeof id === 'string' ? nodeKeyOf(id) : undefined;
  if (nodeKey?.typename !== typename) throw invalid('id', `id must be the id of a ${typename}.`);
  const { key } = nodeKey;
  if (Object.entries(others).some(([name, value]) => value !== key[name])) {
    throw invalid('id', 'id must be that of the same object as the other fields.');
  }
  return key;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (path: string, message: string) => new InvalidInputError([{ path, message }]);
