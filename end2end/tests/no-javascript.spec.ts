import { CountingApp } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { beginEnrolment, choose, openTokens, prove, row } from '../support/tokens.ts';

test.use({ javaScriptEnabled: false });

test('enrol, test, disable and enable work without JavaScript', async ({ page }) => {
  const name = newUser('journey.plain', 'Plain');
  await openTokens(page, name);
  const app = new CountingApp(await beginEnrolment(page, 'HOTP app', 'Old browser'));
  await prove(page, app.next());
  await expect(row(page, 'Old browser')).toContainText('ACTIVE');

  await choose(page, 'Old browser', 'Test token');
  await page.getByLabel('Code', { exact: true }).fill(app.next());
  await page.getByRole('button', { name: 'Check code' }).click();
  await expect(page.getByText('The token works')).toBeVisible();

  await openTokens(page, name);
  await choose(page, 'Old browser', 'Disable temporarily');
  await page.getByLabel(/^Reason/).fill('No script here');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Disable temporarily' }).click();
  await expect(row(page, 'Old browser')).toContainText('DISABLED');

  await choose(page, 'Old browser', 'Enable');
  await page.getByRole('button', { name: 'Enable', exact: true }).click();
  await expect(row(page, 'Old browser')).toContainText('ACTIVE');
});
