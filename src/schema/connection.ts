import type { ArgBuilder, ObjectRef } from '@pothos/core';
import { builder } from './builder.ts';
import { DEFAULT_FIRST, MAX_FIRST } from './paginate.ts';
import type { Connection, Edge } from './paginate.ts';

const pageInfo = builder.objectRef<Connection<unknown>>('PageInfo').implement({
  description: 'Where a page of a list stands. Lists go forward only.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false, description: 'Whether more follow.' }),
    hasPreviousPage: t.boolean({
      nullable: false,
      description: 'Always false: lists go forward only.',
      resolve: () => false,
    }),
    startCursor: t.string({
      description: 'The cursor of the first edge.',
      resolve: ({ edges }) => edges[0]?.cursor ?? null,
    }),
    endCursor: t.string({
      description: 'Pass it as after to go on: the cursor of the last edge, if there is any.',
      resolve: ({ endCursor }) => endCursor,
    }),
  }),
});

type Types = typeof builder.$inferSchemaTypes;

/** The arguments of every list. */
export const connectionArgs = (arg: ArgBuilder<Types>) => ({
  first: arg.int({ description: `How many at most, 1 to ${MAX_FIRST}; ${DEFAULT_FIRST} when left out.` }),
  after: arg.string({ description: 'The cursor of the item to go on behind.' }),
});

/** Creates the connection type of a node type, such as `ChallengeConnection` for `Challenge`. */
export function connectionType<Item>(node: ObjectRef<Types, Item>, name: string) {
  const edge = builder.objectRef<Edge<Item>>(`${name}Edge`).implement({
    description: `One ${name} of a list.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        nullable: false,
        description: 'Pass it as after to go on behind this item. Opaque.',
      }),
      node: t.field({
        type: node as never,
        nullable: false,
        description: 'The item.',
        resolve: (edge) => edge.node as never,
      }),
    }),
  });
  return builder.objectRef<Connection<Item>>(`${name}Connection`).implement({
    description: `A page of a list of ${name} objects.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        nullable: false,
        description: 'The items, in order.',
        resolve: ({ edges }) => edges,
      }),
      pageInfo: t.field({
        type: pageInfo,
        nullable: false,
        description: 'Where this page stands.',
        resolve: (connection) => connection,
      }),
    }),
  });
}
