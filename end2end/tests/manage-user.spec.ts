import { check, checkOpen } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, openTokens } from '../support/tokens.ts';
import type { Page } from '@playwright/test';

const toast = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words });

/** Does one thing of the menu in the user's head, which is a list of links until the page's code is awake. */
async function manage(page: Page, deed: string): Promise<void> {
  await page.getByRole('banner').or(page.getByRole('main')).getByRole('button', { name: /^Actions for Journey/ }).click();
  await page.getByRole('menuitem', { name: deed }).or(page.getByRole('link', { name: deed })).first().click();
}

async function add(page: Page, username: string, familyName: string): Promise<void> {
  await page.goto('/users');
  await page.getByRole('link', { name: 'Add user' }).click();
  await expect(page.getByRole('heading', { name: 'Add user', level: 1 })).toBeVisible();
  await page.getByLabel('Realm').selectOption({ index: 1 });
  await page.getByLabel('Username').fill(username);
  await page.getByLabel(/^Given name/).fill('Journey');
  await page.getByLabel(/^Family name/).fill(familyName);
}

test('an officer adds, edits, disables, enables and deletes a user', async ({ page }) => {
  await add(page, 'journey.manage.taken', 'Taken');
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByRole('heading', { name: 'Journey Taken', level: 1 })).toBeVisible();
  await add(page, 'JOURNEY.manage.taken', 'Managed');
  await page.getByLabel(/^Phone numbers/).fill('+41 79 555 88 11\nnobody');
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByText(/^Line 2: Enter a number/)).toBeVisible();
  await check(page, 'adding a user, refused');
  await page.getByLabel(/^Phone numbers/).fill('+41 79 555 88 11\n044 555 88 12');
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByText(/^Another user of this realm/)).toBeVisible();
  await page.getByLabel('Username').fill('journey.managed');
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(toast(page, 'User added')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Journey Managed', level: 1 })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No tokens' })).toBeVisible();
  await check(page, 'a user who was added');

  await manage(page, 'Edit user');
  await expect(page.getByLabel(/^Phone numbers/)).toHaveValue('+41 79 555 88 11\n044 555 88 12');
  await check(page, 'editing a user');
  await page.getByLabel(/^Family name/).fill('Renamed');
  await page.getByLabel(/^Phone numbers/).fill('044 555 88 12');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(toast(page, 'User saved')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Journey Renamed', level: 1 })).toBeVisible();
  await expect(page.getByText('+41 79 555 88 11')).toHaveCount(0);

  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  await manage(page, 'Disable user');
  await expect(dialog).toContainText('Disable this user?');
  await expect(page).toHaveURL(/\/disable$/);
  await checkOpen(dialog, 'the question before a user is disabled');
  await dialog.getByLabel(/^Reason/).fill('On leave');
  await dialog.getByRole('button', { name: 'Disable user' }).click();
  await expect(toast(page, 'User disabled')).toBeVisible();
  await expect(page.getByText('DISABLED', { exact: true })).toBeVisible();
  await check(page, 'a disabled user');

  await manage(page, 'Enable user');
  await expect(dialog).toContainText('On leave');
  await checkOpen(dialog, 'the question before a user is enabled');
  await dialog.getByRole('button', { name: 'Enable user' }).click();
  await expect(toast(page, 'User enabled')).toBeVisible();
  await expect(page.getByText('DISABLED', { exact: true })).toHaveCount(0);

  await manage(page, 'Delete user');
  await expect(page.getByRole('alertdialog')).toContainText('Delete this user?');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await checkOpen(dialog, 'the question before a user is deleted');
  await dialog.getByLabel(/^Type the username/).fill('somebody');
  await dialog.getByRole('button', { name: 'Delete user' }).click();
  await expect(dialog).toContainText('This is another name');
  await dialog.getByLabel(/^Type the username/).fill('journey.managed');
  await dialog.getByRole('button', { name: 'Delete user' }).click();
  await expect(toast(page, 'User deleted')).toBeVisible();
  await expect(page).toHaveURL(/\/users$/);
});

test('the question opens over the Tokens tab, and closes without a trace', async ({ page }) => {
  await openTokens(page, newUser('journey.manage.over', 'Over'));
  await addCountingApp(page, 'Underneath');
  await manage(page, 'Disable user');
  await expect(page.getByRole('dialog')).toContainText('1 token');
  await expect(page.getByText('Underneath')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/tokens$/);
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the second of two edits shows both values', async ({ page, context }) => {
  await openTokens(page, newUser('journey.manage.two', 'Two'));
  await manage(page, 'Edit user');
  await expect(page.getByLabel(/^Family name/)).toHaveValue('Two');
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByLabel(/^Family name/).fill('Theirs');
  await other.getByRole('button', { name: 'Save' }).click();
  await expect(toast(other, 'User saved')).toBeVisible();

  await page.getByLabel(/^Family name/).fill('Mine');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('It is “Theirs” now.')).toBeVisible();
  await expect(page.getByLabel(/^Family name/)).toHaveValue('Mine');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'Journey Mine', level: 1 })).toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('all of it works on pages of its own', async ({ page }) => {
    await add(page, 'journey.manage.bare', 'Bare');
    await page.getByLabel(/^Email addresses/).fill('plain@example.org\nother@example.org');
    await page.getByRole('button', { name: 'Add user' }).click();
    await expect(page.getByRole('heading', { name: 'Journey Bare', level: 1 })).toBeVisible();

    await manage(page, 'Edit user');
    await page.getByLabel(/^Email addresses/).fill('other@example.org');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'User saved' })).toBeVisible();
    await expect(page.getByText('plain@example.org')).toHaveCount(0);

    await manage(page, 'Disable user');
    await expect(page.getByRole('heading', { name: 'Disable this user?', level: 1 })).toBeVisible();
    await page.getByRole('button', { name: 'Disable user' }).click();
    await expect(page.getByText('DISABLED', { exact: true })).toBeVisible();
    await manage(page, 'Enable user');
    await page.getByRole('button', { name: 'Enable user' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'User enabled' })).toBeVisible();

    await manage(page, 'Delete user');
    await page.getByLabel(/^Type the username/).fill('journey.manage.bare');
    await page.getByRole('button', { name: 'Delete user' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'User deleted' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
  });
});
