import { expect, test } from '../support/console.ts';

test('after signing out, Back shows nothing', async ({ page }) => {
  await page.goto('/users');
  const name = await page.getByRole('row').nth(1).getByRole('link').first().textContent();
  await page.getByRole('complementary', { name: 'Sidebar' }).getByRole('button').last().click();
  await page.getByRole('link', { name: 'Account' }).click();
  await expect(page.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
  await page.getByRole('complementary', { name: 'Sidebar' }).getByRole('button').last().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();

  await page.goBack(); // to the users, whom the browser may remember
  await expect(page).toHaveURL(/\/users$/);
  await expect(page.getByRole('heading', { name: 'You were signed out' })).toBeVisible();
  await expect(page.getByText(name!)).toHaveCount(0);
  await page.goto('/users');
  await expect(page.getByRole('heading', { name: 'You were signed out' })).toBeVisible();
  await expect(page.getByText(name!)).toHaveCount(0);
});
