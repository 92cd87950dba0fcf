import { wrong } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, choose, openTokens } from '../support/tokens.ts';

test('an operator tests a token with the right, a spent and a wrong code', async ({ page }) => {
  await openTokens(page, newUser('journey.test', 'Tested'));
  const app = await addCountingApp(page, 'Backup tablet');
  const right = app.next();

  // A whole code sends the form by itself.
  const check = (code: string) => page.getByLabel('Code', { exact: true }).fill(code);
  await choose(page, 'Backup tablet', 'Test token');
  await expect(page.getByRole('dialog', { name: 'Test token' })).toBeVisible();
  await check(right);
  await expect(page.getByText('The token works')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Done' })).toBeFocused();

  await page.getByRole('link', { name: 'Test again' }).or(page.getByRole('button', { name: 'Test again' })).click();
  await check(right);
  await expect(page.getByText('Code already used')).toBeVisible();

  const again = page.getByRole('link', { name: /^Try again/ }).or(page.getByRole('button', { name: /^Try again/ }));
  await again.click();
  await check(wrong(app.next()));
  await expect(page.getByText('Wrong code', { exact: true })).toBeVisible();
  await expect(again).toBeFocused();
  await expect(page.getByRole('dialog').getByRole('link', { name: /^Disable temporarily/ })).toBeVisible();
  await expect(page.getByRole('dialog').getByRole('link', { name: /^Add new token/ })).toBeVisible();
  await expect(page.getByText(/\d wrong codes? since the last success/)).toBeVisible();
});
