import { checkOpen } from '../support/axe.ts';
import { expect, test, waitUntilAwake } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, choose, openTokens, row } from '../support/tokens.ts';

test('an operator changes a description', async ({ page }) => {
  await openTokens(page, newUser('journey.edit', 'Edited'));
  await addCountingApp(page, 'Old phone');
  await choose(page, 'Old phone', 'Edit');
  const dialog = page.getByRole('dialog', { name: 'Edit token' });
  const field = dialog.getByLabel('Description');
  await expect(field).toHaveValue('Old phone');
  await expect(field).toBeFocused();
  await checkOpen(dialog, 'editing');
  await field.fill('Pixel 9');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Token saved' })).toContainText('Pixel 9');
  await expect(row(page, 'Pixel 9')).toBeVisible();
  await expect(row(page, 'Old phone')).toHaveCount(0);

  await choose(page, 'Pixel 9', 'Edit');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Nothing to save' })).toBeVisible();
});

test('two operators edit one token: the second sees both values and decides', async ({ page, context }) => {
  await openTokens(page, newUser('journey.edit.two', 'Edited twice'));
  await addCountingApp(page, 'Shared');
  const token = await row(page, 'Shared').getByRole('link', { name: /View token/ }).getAttribute('href');
  const other = await context.newPage();
  waitUntilAwake(other);
  await other.goto(`${token}/edit`);
  await choose(page, 'Shared', 'Edit');
  const mine = page.getByLabel('Description');
  await mine.fill('Mine');
  await other.getByLabel('Description').fill('Theirs');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(row(other, 'Theirs')).toBeVisible();

  await page.getByRole('button', { name: 'Save' }).click();
  const told = page.getByRole('alert');
  await expect(told).toContainText('“Theirs”');
  await expect(told).toContainText('“Mine”');
  await expect(mine).toHaveValue('Mine');
  await checkOpen(page.getByRole('dialog'), 'changed meanwhile');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Mine')).toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('two operators edit one token on pages of their own', async ({ page, context }) => {
    await openTokens(page, newUser('journey.edit.plain', 'Plain edit'));
    await addCountingApp(page, 'Shared');
    const other = await context.newPage();
    await other.goto(page.url());
    for (const [tab, words] of [[page, 'Mine'], [other, 'Theirs']] as const) {
      await choose(tab, 'Shared', 'Edit');
      await expect(tab).toHaveURL(/\/edit$/);
      await tab.getByLabel('Description').fill(words);
    }
    await other.getByRole('button', { name: 'Save' }).click();
    await expect(row(other, 'Theirs')).toBeVisible();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('alert')).toContainText('“Theirs”');
    await expect(page.getByLabel('Description')).toHaveValue('Mine');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(row(page, 'Mine')).toBeVisible();
  });
});
