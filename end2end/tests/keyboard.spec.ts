import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, openTokens, row } from '../support/tokens.ts';

test('a row is worked by keyboard alone, and the focus comes back', async ({ page }) => {
  await openTokens(page, newUser('journey.keys', 'Keys'));
  await addCountingApp(page, 'By keyboard');
  const button = row(page, 'By keyboard').getByRole('button', { name: /^Actions for/ });
  const items = row(page, 'By keyboard').getByRole('menuitem');

  await button.focus();
  await page.keyboard.press('Enter');
  await expect(items.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(items.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(items.last()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(items.first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(items.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('v');
  await expect(items.filter({ hasText: 'View token' })).toBeFocused();
  await page.keyboard.press('d');
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(button).toBeFocused();
});
