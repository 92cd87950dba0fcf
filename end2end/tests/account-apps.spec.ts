import { CountingApp } from '../support/authenticator.ts';
import { check, checkOpen } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { sampleOperator } from '../support/desk.ts';
import { giveCode, givePassword, operatorCode } from '../support/sign-in.ts';
import { secretOn } from '../support/tokens.ts';

test('an operator adds an app, ends another session and deletes the app', async ({ page, browser }) => {
  test.slow();
  const { operator, password } = sampleOperator();
  await page.goto('/account');
  await expect(page.getByText('It stays: you could not sign in without it.')).toBeVisible();
  await check(page, 'account');

  await page.getByRole('link', { name: 'Add new token' }).click();
  await page.getByRole('radio', { name: /^HOTP app/ }).check();
  await page.getByLabel('Describe the device').fill('Spare phone');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Code', { exact: true }).fill(await operatorCode());
  await check(page, 'adding an own app');
  await page.getByRole('button', { name: 'Continue' }).click();
  const app = new CountingApp(await secretOn(page));
  await check(page, 'the secret of an own app');
  await page.getByLabel('Enter the code the app shows').fill(app.next());
  await page.getByRole('button', { name: 'Confirm token' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Token added' })).toBeVisible();
  const added = page.getByRole('listitem').filter({ hasText: 'Spare phone' });
  await expect(added).toContainText('ACTIVE');

  const elsewhere = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const other = await elsewhere.newPage();
  await other.goto('/sign-in');
  await givePassword(other, operator, password);
  await giveCode(other, app.next());
  await expect(other.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();

  await page.reload();
  await page.getByRole('listitem').filter({ hasText: 'Another session' }).getByRole('link').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('End this session?');
  await checkOpen(dialog, 'ending a session');
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByLabel('Code', { exact: true }).fill(app.next());
  await dialog.getByRole('button', { name: 'End session' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Session ended' })).toBeVisible();
  await expect(page.getByText('Another session')).toBeHidden();
  await other.goto('/account');
  await expect(other.getByText('Your tokens')).toBeHidden();
  await elsewhere.close();

  await added.getByRole('link', { name: /^Delete token/ }).click();
  await expect(dialog).toContainText('Delete this token?');
  await checkOpen(dialog, 'deleting an own token');
  await dialog.getByLabel('Password', { exact: true }).fill('not the password');
  await dialog.getByLabel('Code', { exact: true }).fill('000000');
  await dialog.getByRole('button', { name: 'Delete token' }).click();
  await expect(dialog).toContainText('This is not your password.');
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByLabel('Code', { exact: true }).fill(app.next());
  await dialog.getByRole('button', { name: 'Delete token' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Token deleted' })).toBeVisible();
  await expect(added).toBeHidden();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a wrong password adds nothing and keeps what was typed', async ({ page }) => {
    await page.goto('/account/tokens/new');
    await page.getByLabel('Describe the device').fill('Spare phone');
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText('This is not your password.')).toBeVisible();
    await expect(page.getByLabel('Describe the device')).toHaveValue('Spare phone');
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');

    await page.goto('/account/sessions/end');
    await expect(page.getByRole('heading', { name: 'End all other sessions?' })).toBeVisible();
    await page.getByLabel('Password', { exact: true }).fill(sampleOperator().password);
    await page.getByLabel('Code', { exact: true }).fill(await operatorCode());
    await page.getByRole('button', { name: 'End all others' }).click();
    await expect(page.getByText('All other sessions ended')).toBeVisible();
  });
});
