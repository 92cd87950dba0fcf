import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, choose, openTokens, row } from '../support/tokens.ts';

test('an operator disables the last active token, with care, and enables it', async ({ page }) => {
  await openTokens(page, newUser('journey.disable', 'Disabled'));
  await addCountingApp(page, 'Only one');

  await choose(page, 'Only one', 'Disable temporarily');
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  await expect(dialog).toContainText('Disable this token?');
  await expect(dialog).toContainText(/last active token/);
  await dialog.getByLabel(/^Reason/).fill('Phone lost on the train');
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Disable temporarily' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Token disabled' })).toBeVisible();
  await expect(row(page, 'Only one')).toContainText('DISABLED');

  await choose(page, 'Only one', 'Enable');
  await expect(dialog).toContainText('Enable this token?');
  await dialog.getByRole('button', { name: 'Enable', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Token enabled' })).toBeVisible();
  await expect(row(page, 'Only one')).toContainText('ACTIVE');
});

test('a token is disabled until tomorrow', async ({ page }) => {
  await openTokens(page, newUser('journey.until', 'Until'));
  await addCountingApp(page, 'First');
  await addCountingApp(page, 'Second');

  await choose(page, 'First', 'Disable temporarily');
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  await expect(dialog).toContainText(/can still sign in/);
  await dialog.getByRole('radio', { name: /^Tomorrow/ }).check();
  await dialog.getByRole('button', { name: 'Disable temporarily' }).click();
  await expect(row(page, 'First')).toContainText('DISABLED');
  await expect(row(page, 'First')).toContainText(/Until/);
});
