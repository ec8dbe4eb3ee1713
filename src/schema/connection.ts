import type { ArgBuilder, ObjectRef } from '@pothos/core';
import { builder } from './builder.ts';
import { DEFAULT_FIRST, MAX_FIRST } from './paginate.ts';
import type { Connection, Edge } from './paginate.ts';

const pageInfo = builder.objectRef<Connection<unknown>>('PageInfo').implement({
  description: 'The position of a page in its list. Lists go forward only.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      nullable: false,
      description: 'Whether there is a next page.',
    }),
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
      description: 'The cursor of the last edge. Pass it as after to get the next page.',
      resolve: ({ endCursor }) => endCursor,
    }),
  }),
});

type Types = typeof builder.$inferSchemaTypes;

/** The arguments of every list. */
export const connectionArgs = (arg: ArgBuilder<Types>) => ({
  first: arg.int({ description: `How many at most, 1 to ${MAX_FIRST}; ${DEFAULT_FIRST} when left out.` }),
  after: arg.string({ description: 'A cursor. The list continues after its item.' }),
});

/** Creates the connection type of a node type, such as `ChallengeConnection` for `Challenge`. */
export function connectionType<Item>(node: ObjectRef<Types, Item>, name: string) {
  const edge = builder.objectRef<Edge<Item>>(`${name}Edge`).implement({
    description: `A ${name} in a list.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        nullable: false,
        description: 'The position of this item. Pass it as after to continue after it. It is opaque.',
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
        description: 'The items of this page, in order.',
        resolve: ({ edges }) => edges,
      }),
      pageInfo: t.field({
        type: pageInfo,
        nullable: false,
        description: 'The position of this page.',
        resolve: (connection) => connection,
      }),
    }),
  });
}
