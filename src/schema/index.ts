import { printSchema } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './scalars.ts';
import './errors/resultErrorTypes.ts';
import './node.ts';
import './service/service.ts';
import './entity/entity.ts';
import './entity/createEntity.ts';
import './entity/deleteEntity.ts';
import './factor/factor.ts';
import './factor/entityFactors.ts';
import './accessToken/createAccessToken.ts';
import './factor/createPushFactor.ts';
import './factor/updateFactor.ts';
import './factor/deleteFactor.ts';
import './challenge/challenge.ts';
import './challenge/entityChallenges.ts';
import './challenge/createChallenge.ts';
import './challenge/updateChallenge.ts';
import './challenge/challengeWaiting.ts';
import './challenge/challengeUpdated.ts';
import './notification/resendChallengeNotification.ts';
import './notification/challengeResend.ts';
import './notify/notifyBinding.ts';
import './notify/notifyBindings.ts';
import './notify/createNotifyBinding.ts';
import './notify/deleteNotifyBinding.ts';
import './notify/sendNotifyNotification.ts';
import { createSubgraph } from './federation/subgraph.ts';
import { printSubgraphSdl } from './federation/subgraphSdl.ts';

builder.queryType({ description: 'Reads one object, or a list of them. A missing object is null.' });
builder.mutationType({
  description:
    'Changes something, or sends a push. Each mutation answers with a union: its object, or one of its expected failures.',
});
builder.subscriptionType({ description: 'Streams changes as they happen.' });

export interface FederationOptions {
  /** True for a subgraph behind a router. */
  readonly federation: boolean;
}

/** The executable schema, unsorted: sorting would reorder arguments too. */
export function buildSchema({ federation }: FederationOptions = { federation: false }): GraphQLSchema {
  const schema = builder.toSchema({ sortSchema: false });
  return federation ? createSubgraph(schema) : schema;
}

/** The text of `schema.graphql`, or the SDL of the subgraph for composition. */
export function printSdl({ federation }: FederationOptions = { federation: false }): string {
  const schema = buildSchema();
  return federation ? printSubgraphSdl(schema) : `${printSchema(schema)}\n`;
}
