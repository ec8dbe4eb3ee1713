import { printSchema } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './dateTime.ts';
import './json.ts';
import './errors.ts';
import './node.ts';
import './service/service.ts';
import './entity/entity.ts';
import './factor/factor.ts';
import './factor/entityFactors.ts';
import './challenge/challenge.ts';
import './challenge/entityChallenges.ts';
import './notification/resendChallengeNotification.ts';

builder.queryType({ description: 'Reads.' });
builder.mutationType({
  description: 'Writes. Each answers with a union of its result and its expected failures.',
});

/** The executable schema, in the order it was written: sorting would reorder arguments too. */
export const createSchema = (): GraphQLSchema => builder.toSchema({ sortSchema: false });

/** The text of `schema.graphql`. */
export const printSdl = (schema: GraphQLSchema = createSchema()): string => `${printSchema(schema)}\n`;
