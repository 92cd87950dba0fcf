import { wrong } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newClient, newUser } from '../support/desk.ts';
import { addCountingApp, openTokens, row } from '../support/tokens.ts';

test('an application verifies a code, and Last used changes', async ({ page, request }) => {
  const name = newUser('journey.vpn', 'Vpn');
  const key = newClient('journey-vpn', 'default');
  await openTokens(page, name);
  const app = await addCountingApp(page, 'Work phone');
  await expect(row(page, 'Work phone')).toContainText('Never');

  const verify = (code: string) =>
    request.post('/api/v1/verify', {
      headers: { authorization: `Bearer ${key}` },
      data: { realm: 'default', username: 'journey.vpn', code, purpose: 'verification' },
    });
  const right = app.next();
  expect(await (await verify(wrong(right))).json()).toMatchObject({ result: false });
  expect(await (await verify(right)).json()).toMatchObject({ result: true });
  expect(await (await verify(right)).json()).toMatchObject({ result: false });

  await page.reload();
  const used = row(page, 'Work phone').getByRole('cell').nth(3);
  await expect(used).not.toContainText('Never');

  await page.getByRole('navigation', { name }).getByRole('link', { name: 'Activity' }).click();
  await expect(page.getByText(/journey-vpn/).first()).toBeVisible();
  await expect(page.getByText(/wrong code/i).first()).toBeVisible();
  await expect(page.getByText(/already used/i).first()).toBeVisible();
});

test('a stranger is told nothing', async ({ request }) => {
  const answer = await request.post('/api/v1/verify', {
    headers: { authorization: 'Bearer nobody' },
    data: { realm: 'default', username: 'journey.vpn', code: '123456' },
  });
  expect(answer.status()).toBe(401);
  expect(answer.headers()['content-type']).toContain('application/problem+json');
});
