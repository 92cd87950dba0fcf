import { checkOpen } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, choose, openTokens, row } from '../support/tokens.ts';

test('an operator deletes one of two tokens from its menu', async ({ page }) => {
  await openTokens(page, newUser('journey.delete', 'Deleted'));
  await addCountingApp(page, 'Kept');
  await addCountingApp(page, 'Sold phone');
  const token = await row(page, 'Sold phone').getByRole('link', { name: /View token/ }).getAttribute('href');

  await choose(page, 'Sold phone', 'Delete token');
  const dialog = page.getByRole('alertdialog', { name: 'Delete this token?' });
  await expect(dialog).toContainText('Sold phone');
  await expect(dialog).toContainText(/HOTP-[2-9A-Z]{8}/);
  await expect(dialog).toContainText(/can still sign in with 1 other token/);
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await checkOpen(dialog, 'deleting one of two tokens');
  await dialog.getByLabel(/^Reason/).fill('Phone sold');
  await dialog.getByRole('button', { name: 'Delete token' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Token deleted' })).toContainText('Sold phone');
  await expect(page).toHaveURL(/\/tokens$/);
  await expect(row(page, 'Sold phone')).toHaveCount(0);
  await expect(row(page, 'Kept')).toBeVisible();

  await test.step('its address says what became of it', async () => {
    expect((await page.goto(token!))!.status()).toBe(410);
    await expect(page.getByText(/Sold phone was deleted, by /)).toBeVisible();
  });
});

test('the last active token takes a second confirmation, and enrolment is offered right after', async ({ page }) => {
  await openTokens(page, newUser('journey.delete.last', 'Last'));
  await addCountingApp(page, 'Only one');
  await row(page, 'Only one').getByRole('link', { name: /View token/ }).click();
  await page.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Delete token' }).click();

  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText(/last active token/);
  await expect(dialog.getByRole('link', { name: 'Add new token first' })).toBeVisible();
  await checkOpen(dialog, 'deleting the last token');
  await dialog.getByRole('button', { name: 'Delete token' }).click();
  await expect(dialog, 'not without the tick').toBeVisible();
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Delete token' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Token deleted' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No tokens' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Add new token' }).first()).toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('deleting is a page of its own', async ({ page }) => {
    await openTokens(page, newUser('journey.delete.plain', 'Plain delete'));
    await addCountingApp(page, 'Old tablet');
    await choose(page, 'Old tablet', 'Delete token');
    await expect(page).toHaveURL(/\/delete$/);
    await expect(page.getByRole('heading', { name: 'Delete this token?', level: 1 })).toBeVisible();
    await page.getByLabel(/^Reason/).fill('Broken');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Delete token' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Token deleted' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'No tokens' })).toBeVisible();
  });
});
