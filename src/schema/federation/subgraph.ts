import {
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
} from 'graphql';
import type { GraphQLFieldConfig } from 'graphql';
import type { Context } from '../../operation/context.ts';
import { InvalidInputError } from '../../errors/resultErrors.ts';
import { nodeTypes } from '../node.ts';
import { loadRepresentation } from './representation.ts';
import { guarded } from '../scopePlugin.ts';
import { printSubgraphSdl } from './subgraphSdl.ts';

/**
 * Makes the schema a subgraph of Federation 2: adds `_service` for composers and `_entities` for routers. It shares the
 * resolvers of the schema itself.
 */
export function createSubgraph(schema: GraphQLSchema): GraphQLSchema {
  const { query, types, ...config } = schema.toConfig();
  const { fields, ...queryConfig } = query!.toConfig();
  return new GraphQLSchema({
    ...config,
    query: new GraphQLObjectType({
      ...queryConfig,
      fields: { ...fields, _service: serviceField(schema), _entities: entitiesField(schema) },
    }),
    // No type refers to the root type, so replacing it here is enough.
    types: types.filter((type) => type !== query),
  });
}

type Field<Args = object> = GraphQLFieldConfig<unknown, Context, Args>;

function serviceField(schema: GraphQLSchema): Field {
  let sdl: string | undefined;
  const service = new GraphQLObjectType({
    name: '_Service',
    description: 'What a subgraph tells of itself.',
    fields: {
      sdl: {
        type: new GraphQLNonNull(GraphQLString),
        description: 'Its schema, to be composed with others.',
        // Lazy: composition is rare and must not slow down the start.
        resolve: () => (sdl ??= printSubgraphSdl(schema)),
      },
    },
  });
  return {
    type: new GraphQLNonNull(service),
    description: 'For composition.',
    resolve: () => ({}),
  };
}

/** The same number as ids of `nodes`. Each invalid one becomes a separate error in the answer. */
const MAX_REPRESENTATIONS = 50;

function entitiesField(schema: GraphQLSchema): Field<{ readonly representations: readonly unknown[] }> {
  const any = new GraphQLScalarType({
    name: '_Any',
    description: 'A representation: __typename and the fields of one key of that type.',
  });
  const entity = new GraphQLUnionType({
    name: '_Entity',
    description: 'Whatever has a key.',
    types: [...nodeTypes.keys()].map((typename) => schema.getType(typename) as GraphQLObjectType),
    resolveType: (object: { readonly __typename: string }) => object.__typename,
  });
  return {
    type: new GraphQLNonNull(new GraphQLList(entity)),
    description:
      'For a router: the objects with these keys, in their order; null for each that does not exist.',
    args: {
      representations: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(any))),
        description: `At most ${MAX_REPRESENTATIONS} representations.`,
      },
    },
    resolve: guarded({ scope: 'verify:read' }, (_, { representations }, context: Context) => {
      if (representations.length > MAX_REPRESENTATIONS) {
        const message = `representations must be at most ${MAX_REPRESENTATIONS}.`;
        throw new InvalidInputError([{ path: 'representations', message }]);
      }
      return representations.map((representation) => loadRepresentation(representation, context));
    }),
  };
}
