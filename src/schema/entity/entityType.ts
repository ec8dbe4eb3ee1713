import * as v from 'valibot';
import * as input from '../../twilio/input.ts';
import type { Entity } from '../../twilio/verify/entity.ts';
import { builder } from '../builder.ts';
import { node, nodeType } from '../node.ts';

export const EntityKeyInput = v.object({ serviceSid: input.serviceSid(), identity: input.identity });

export const entityId = nodeType('Entity', EntityKeyInput, (key, { loaders }) => loaders.entity.load(key));

export const entityType = builder.objectRef<Entity>('Entity').implement({
  description: 'A person in one Verify service, named by the identity from your own system.',
  interfaces: [node],
  fields: (t) => ({
    id: t.id({ nullable: false, description: 'The global id.', resolve: entityId }),
    sid: t.exposeID('sid', { nullable: false, description: 'Its SID: YE and 32 hexadecimal digits.' }),
    accountSid: t.exposeID('accountSid', { description: 'The SID of the Twilio account.' }),
    serviceSid: t.exposeID('serviceSid', { nullable: false, description: 'The SID of the Verify service.' }),
    identity: t.exposeString('identity', {
      nullable: false,
      description: 'The identity of the person in your own system.',
    }),
    dateCreated: t.expose('dateCreated', { type: 'DateTime', description: 'When it was created.' }),
    dateUpdated: t.expose('dateUpdated', { type: 'DateTime', description: 'When it last changed.' }),
    url: t.exposeString('url', { description: "Its address in Twilio's REST API." }),
  }),
});
