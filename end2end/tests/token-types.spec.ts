import { check } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, openTokens, row } from '../support/tokens.ts';

// One after the other: there is one type that counts, and its name is everybody's.
test.describe.configure({ mode: 'serial' });

test('an administrator renames a type, and the new name is everywhere at once', async ({ page }) => {
  const user = newUser('journey.types', 'Types');
  await openTokens(page, user);
  await addCountingApp(page, 'Renamed');
  const tokens = page.url();

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Token types' }).click();
  await expect(page.getByRole('heading', { name: 'Token types', level: 1 })).toBeVisible();
  await check(page, 'token types');
  await page.getByRole('row').getByRole('link', { name: 'HOTP app' }).click();
  await expect(page).toHaveURL(/\/token-types\/hotp-app$/);
  await check(page, 'a token type');
  await page.getByLabel('Name in English').fill('Counting app');
  await page.getByRole('radio', { name: 'life buoy' }).check();
  await expect(page.getByRole('region', { name: 'How it will look' })).toContainText('Counting app');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Token type saved' })).toBeVisible();
  await expect(page.getByRole('row').getByRole('link', { name: 'Counting app' })).toBeVisible();

  await page.goto(tokens);
  await expect(row(page, 'Renamed')).toContainText('Counting app');
  await page.goto(`${tokens}/new`);
  await expect(page.getByRole('radio', { name: /^Counting app/ })).toBeVisible();

  await page.goto('/token-types/hotp-app');
  await page.getByLabel('Obsolete: it is added no more').check();
  await page.getByRole('radio', { name: 'No longer, at once' }).check();
  await check(page, 'a type made obsolete');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Token type saved' })).toBeVisible();
  await page.goto(tokens);
  await expect(row(page, 'Renamed')).toContainText('OBSOLETE');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the same form gives the old name back', async ({ page }) => {
    await page.goto('/token-types/hotp-app');
    await page.getByLabel('Name in English').fill('');
    await page.getByRole('button', { name: 'Save' }).evaluate((button) => button.closest('form')!.setAttribute('novalidate', ''));
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Enter a name. Nothing was saved.')).toBeVisible();
    await page.getByLabel('Name in English').fill('HOTP app');
    await page.getByRole('radio', { name: 'list ordered' }).check();
    await page.getByLabel('Obsolete: it is added no more').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Token type saved')).toBeVisible();
    await expect(page.getByRole('row').getByRole('link', { name: 'HOTP app' })).toBeVisible();
  });
});
