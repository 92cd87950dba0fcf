import { wrong } from '../support/authenticator.ts';
import { check } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { sampleOperator } from '../support/desk.ts';
import { giveCode, givePassword, keepSession, operatorCode } from '../support/sign-in.ts';

test('an operator signs in with password and code', async ({ page }) => {
  test.slow(); // a code may have been used in this step of the clock
  const { operator, password } = sampleOperator();

  await test.step('a page leads to the sign-in', async () => {
    await page.goto('/users');
    await expect(page.getByRole('heading', { name: 'You were signed out' })).toBeVisible();
    await check(page, 'signed out');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/sign-in\?next=/);
  });

  await test.step('a wrong password and an unknown name have one answer', async () => {
    await givePassword(page, operator, `${password}x`);
    const refused = page.getByRole('alert');
    await expect(refused).toBeVisible();
    const answer = await refused.textContent();
    await expect(page.getByLabel('Username', { exact: true })).toHaveValue(operator);
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');

    await page.reload();
    await givePassword(page, 'nobody.at.all', password);
    await expect(refused).toHaveText(answer!);
  });

  await test.step('a wrong code is refused', async () => {
    await page.goto('/sign-in?next=/account');
    await givePassword(page, operator, password);
    await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
    await check(page, 'the second step');
    const right = await operatorCode();
    await giveCode(page, wrong(right));
    await expect(page.getByText(/wrong code/i)).toBeVisible();

    await giveCode(page, right);
    await expect(page).toHaveURL(/\/account$/);
  });

  await keepSession(page);
});
