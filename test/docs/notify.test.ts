import { expect, it } from 'vitest';
import { readPage } from '../helpers/page.ts';
import { startGateway } from '../helpers/startGateway.ts';

const PAGE = readPage('docs/notify.md');

it('docs/notify.md has an example of each operation that works as pasted', async () => {
  const { graphql } = await startGateway();
  const { data: made } = await graphql(PAGE.block('mutation Register'));
  expect(made).toMatchObject({ createNotifyBinding: { __typename: 'NotifyBinding', tags: ['beta'] } });
  const { sid } = made!['createNotifyBinding'];
  const { data: list } = await graphql(PAGE.block('query Registered'));
  expect(list!['notifyBindings'].edges).toContainEqual({
    node: { sid, bindingType: 'SMS', address: '+14155550100' },
  });
  const { data: one } = await graphql(PAGE.block('query One'), { sid });
  expect(one).toMatchObject({ notifyBinding: { bindingType: 'SMS' } });
  const { data: sent } = await graphql(PAGE.block('mutation Send'));
  expect(sent).toMatchObject({ sendNotifyNotification: { __typename: 'NotifyNotification' } });
  const { data: gone } = await graphql(PAGE.block('mutation Forget'), { sid });
  expect(gone).toEqual({ deleteNotifyBinding: { __typename: 'DeletedNotifyBinding', sid } });
  expect((await graphql(PAGE.block('query One'), { sid })).data).toEqual({ notifyBinding: null });
});
