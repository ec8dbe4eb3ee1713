import { checkInput } from '../../twilio/input.ts';
import { builder } from '../builder.ts';
import { ServiceKeyInput, serviceType } from './serviceType.ts';

builder.queryField('service', (t) =>
  t.field({
    type: serviceType,
    description: 'Reads one Verify service. Null if it does not exist.',
    scope: 'verify:read',
    args: { sid: t.arg.id({ required: true, description: 'The SID of the service: VA and 32 digits.' }) },
    resolve: (_, args, { loaders }) => {
      const { sid } = checkInput(ServiceKeyInput, args);
      return loaders.service.load({ serviceSid: sid });
    },
  }),
);
