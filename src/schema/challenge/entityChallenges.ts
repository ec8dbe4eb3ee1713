import * as v from 'valibot';
import { recordDenial } from '../../operation/pushFatigue.ts';
import * as input from '../../twilio/input.ts';
import { CHALLENGE_STATUSES, fetchChallenges } from '../../twilio/verify/challenge.ts';
import { builder } from '../builder.ts';
import { paginate, connectionRules } from '../paginate.ts';
import { connectionArgs, connectionType } from '../connection.ts';
import { entityType } from '../entity/entityType.ts';
import { challengeStatus, challengeType } from './challengeType.ts';

const challengeConnection = connectionType(challengeType, 'Challenge');

const listOrder = builder.enumType('ListOrder', {
  description: 'The order of a list, by creation.',
  values: { ASC: { description: 'The oldest first.' }, DESC: { description: 'The newest first.' } },
});

const Rules = v.object({
  ...connectionRules,
  status: v.nullish(v.pipe(v.string(), v.picklist(CHALLENGE_STATUSES, 'status cannot be UNKNOWN.'))),
  factorSid: v.nullish(input.factorSid()),
});

builder.objectField(entityType, 'challenges', (t) =>
  t.field({
    type: challengeConnection,
    description: 'Its challenges.',
    scope: 'verify:read',
    args: {
      status: t.arg({ type: challengeStatus, description: 'Only challenges with this status.' }),
      factorSid: t.arg.id({ description: 'Only challenges for this factor.' }),
      order: t.arg({ type: listOrder, description: 'The oldest first when left out.' }),
      ...connectionArgs(t.arg),
    },
    resolve: (entity, { order, ...args }, context) => {
      const { status, factorSid, ...page } = input.checkInput(Rules, args);
      const filters = {
        status: status ?? undefined,
        factorSid: factorSid ?? undefined,
        order: order ?? undefined,
      };
      return paginate(page, {
        name: ['challenges', entity.serviceSid, entity.identity, filters],
        isNewestFirst: order === 'DESC',
        fetchPage: async (token) => {
          const challenges = await fetchChallenges(context.twilio, entity, filters, token);
          for (const challenge of challenges.items) await recordDenial(context, challenge);
          return challenges;
        },
      });
    },
  }),
);
