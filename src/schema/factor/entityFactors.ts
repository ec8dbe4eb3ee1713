import { fetchFactors } from '../../twilio/verify/factor.ts';
import { builder } from '../builder.ts';
import { paginate } from '../paginate.ts';
import { connectionArgs, connectionType } from '../connection.ts';
import { entityType } from '../entity/entityType.ts';
import { factorType } from './factorType.ts';

const factorConnection = connectionType(factorType, 'Factor');

builder.objectField(entityType, 'factors', (t) =>
  t.field({
    type: factorConnection,
    description: 'Its factors, the oldest first.',
    scope: 'verify:read',
    args: connectionArgs(t.arg),
    resolve: (entity, args, { twilio }) =>
      paginate(args, {
        name: ['factors', entity.serviceSid, entity.identity],
        fetchPage: (token) => fetchFactors(twilio, entity, token),
      }),
  }),
);
