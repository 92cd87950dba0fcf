// The keyboard map, the list of keys, and Search or jump to.
import { checkOpen } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, openTokens, row } from '../support/tokens.ts';

test('rows, menus and tokens are worked by single keys', async ({ page }) => {
  await openTokens(page, newUser('journey.single', 'Single'));
  await addCountingApp(page, 'First');
  await addCountingApp(page, 'Second');
  const links = page.getByRole('link', { name: /^View token/ });
  await page.keyboard.press('j');
  await expect(links.first()).toBeFocused();
  await page.keyboard.press('j');
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press('j');
  await expect(links.nth(1), 'the last row stays').toBeFocused();
  await page.keyboard.press('k');
  await expect(links.first()).toBeFocused();
  await page.keyboard.press('.');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('t');
  await expect(page).toHaveURL(/\/test$/);
  await expect(page.getByRole('dialog', { name: 'Test token' })).toBeVisible();
  await page.keyboard.press('d');
  await expect(page, 'keys are letters in a field').toHaveURL(/\/test$/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.keyboard.press('n');
  await expect(page).toHaveURL(/\/tokens\/new$/);
  await page.goBack();
  await row(page, 'First').getByRole('link', { name: /View token/ }).click();
  await expect(page.getByRole('heading', { name: 'HOTP app' })).toBeVisible();
  await page.keyboard.press('d');
  await expect(page).toHaveURL(/\/disable$/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('u');
  await expect(page).toHaveURL(/\/users$/);
  await page.keyboard.press('/');
  await expect(page.getByLabel('Search users')).toBeFocused();
});

test('the list of keys opens by ?, and switches single keys off', async ({ page }) => {
  await page.goto('/users');
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toBeVisible();
  await checkOpen(sheet, 'list of keys');
  await sheet.getByRole('switch').uncheck();
  await sheet.getByRole('button', { name: 'Done' }).click();
  await expect(sheet).toHaveCount(0);
  await page.keyboard.press('?');
  await page.keyboard.press('/');
  await expect(page.getByLabel('Search users')).not.toBeFocused();
  await expect(sheet).toHaveCount(0);
  await page.reload();
  await page.getByRole('button', { name: 'Shortcuts' }).click();
  await expect(sheet.getByRole('switch')).not.toBeChecked();
  await sheet.getByRole('switch').check();
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await expect(page.getByLabel('Search users')).toBeFocused();
});

test('Search or jump to finds users, actions and pages', async ({ page }) => {
  const name = newUser('journey.jump', 'Jumper');
  await openTokens(page, name);
  await addCountingApp(page, 'Tablet of the jump');
  await page.goto('/account');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search or jump to' });
  const field = palette.getByRole('combobox');
  await expect(field).toBeFocused();
  await checkOpen(palette, 'search or jump to');
  await field.fill('jumper');
  const user = palette.getByRole('option', { name: /journey\.jump/ });
  await expect(user).toHaveAttribute('aria-selected', 'true');
  await checkOpen(palette, 'what was found');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/tokens$/);
  await expect(page.getByRole('heading', { name })).toBeVisible();

  await page.keyboard.press('Control+k');
  await field.fill('test tablet');
  await expect(palette.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Test token' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Search or jump to' }).click();
  await field.fill('nothing like this');
  await expect(palette.getByText('No matches.', { exact: false })).toBeVisible();
  await field.fill('');
  await page.keyboard.press('ArrowUp');
  await expect(palette.getByRole('option').last()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/account$/);
});
