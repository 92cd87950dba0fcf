import { ClockApp, wrong } from '../support/authenticator.ts';
import { checkOpen } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { choose, openTokens, picture, row, secretOn } from '../support/tokens.ts';
import { addObsoleteToken } from '../support/types.ts';

test('an operator replaces an obsolete token', async ({ page }) => {
  await openTokens(page, newUser('journey.replace', 'Replaced'));
  await addObsoleteToken(page, 'Old phone');
  const before = await page.getByRole('row').count();
  const token = await row(page, 'Old phone').getByRole('link', { name: /View token/ }).getAttribute('href');
  await choose(page, 'Old phone', 'Replace');
  const dialog = page.getByRole('dialog', { name: 'Replace token' });
  await expect(dialog).toContainText('The old token is deleted when the new one is proven.');
  await expect(dialog.getByLabel('Describe the device')).toHaveValue('Old phone');
  await checkOpen(dialog, 'replacing');
  await dialog.getByLabel('Describe the device').fill('Pixel 10');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(picture(page)).toBeVisible();
  await expect(dialog.getByLabel('Enter the code the app shows')).toBeFocused();
  await checkOpen(dialog, 'the secret of a replacement');
  const app = new ClockApp(await secretOn(page));
  const right = await app.next();

  await test.step('a wrong proof leaves the picture and the old token', async () => {
    await dialog.getByLabel('Enter the code the app shows').fill(wrong(right));
    await dialog.getByRole('button', { name: 'Confirm token' }).click();
    await expect(dialog.getByText(/^Wrong code/)).toBeVisible();
    await expect(picture(page)).toBeVisible();
  });

  await test.step('left alone, it waits above the table and names the token', async () => {
    await dialog.getByRole('button', { name: 'Later' }).click();
    await expect(dialog).toHaveCount(0);
    await page.reload();
    await expect(row(page, 'Old phone')).toContainText('OBSOLETE');
    await expect(page.getByText('Waiting for proof: Authenticator app, Pixel 10.')).toBeVisible();
    await expect(page.getByText(/Replaces Authenticator app, 2021, Old phone, TOTP-[2-9A-Z]{8}\./)).toBeVisible();
  });

  await page.getByRole('link', { name: 'Continue' }).click();
  await expect(picture(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Start again' })).toBeVisible();
  await page.getByLabel('Enter the code the app shows').fill(right);
  await page.keyboard.press('Enter'); // confirms, and does not start again
  await expect(page.getByRole('status').filter({ hasText: 'Token replaced' })).toBeVisible();
  await expect(row(page, 'Old phone')).toHaveCount(0);
  await expect(row(page, 'Pixel 10')).toContainText('ACTIVE');
  expect(await page.getByRole('row').count()).toBe(before);

  expect((await page.goto(token!))!.status()).toBe(410);
  await expect(page.getByText(/Old phone was replaced, by /)).toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('replacing is a page of its own', async ({ page }) => {
    await openTokens(page, newUser('journey.replace.plain', 'Plain Replaced'));
    await addObsoleteToken(page, 'Old phone');
    await page.getByRole('link', { name: 'Replace', exact: true }).first().click();
    await expect(page).toHaveURL(/\/replace$/);
    await expect(page.getByRole('heading', { name: 'Replace token', level: 1 })).toBeVisible();
    await page.getByLabel('Describe the device').fill('New phone');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(picture(page)).toBeVisible();
    const app = new ClockApp(await secretOn(page));
    await page.getByLabel('Enter the code the app shows').fill('12345');
    await page.getByRole('button', { name: 'Confirm token' }).click();
    await expect(picture(page)).toHaveCount(0);
    await page.getByLabel('Enter the code the app shows').fill(await app.next());
    await page.getByRole('button', { name: 'Confirm token' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Token replaced' })).toBeVisible();
    await expect(row(page, 'New phone')).toContainText('ACTIVE');
    await expect(page.getByText('OBSOLETE')).toHaveCount(0);
  });
});
