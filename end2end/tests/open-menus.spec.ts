// Every menu while it is open, and the dialogs that no other journey looks at.
import { checkOpen, DESK, PHONE } from '../support/axe.ts';
import { wrong } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, choose, openTokens, row } from '../support/tokens.ts';

test('no open menu has a violation', async ({ page }) => {
  test.slow();
  await openTokens(page, 'Anna Keller');
  const main = page.getByRole('main');
  const menu = page.getByRole('menu').filter({ visible: true });
  // active, locked or unlocked since, obsolete, disabled: each has other lines and other reasons
  for (const description of ['iPhone 15', 'Backup tablet', 'Old phone', 'Spare in the branch safe']) {
    await row(page, description).getByRole('button', { name: /^Actions for/ }).click();
    await expect(menu).toBeVisible();
    await checkOpen(menu, `the menu of ${description}`);
    await page.keyboard.press('Escape');
  }
  await main.getByRole('button', { name: 'Actions for Anna Keller' }).click();
  await expect(menu).toBeVisible();
  await checkOpen(menu, "the menu of a user's head");
  await page.keyboard.press('Escape');

  await row(page, 'iPhone 15').getByRole('link', { name: /^View token/ }).click();
  await main.getByRole('button', { name: /^Actions for/ }).click();
  await expect(menu).toBeVisible();
  await checkOpen(menu, "the menu of a token's page");
  await page.keyboard.press('Escape');

  const sidebar = page.getByRole('complementary', { name: 'Sidebar' });
  const operator = page.getByRole('group', { name: 'Mara Vogt' });
  await sidebar.getByRole('button', { name: /Mara Vogt/ }).click();
  await checkOpen(operator, "the operator's menu", [DESK]);
  await page.keyboard.press('Escape');

  await page.setViewportSize(PHONE);
  await page.getByRole('button', { name: 'Open navigation' }).click();
  await checkOpen(sidebar, 'the sidebar of a phone', [PHONE]);
  await sidebar.getByRole('button', { name: /Mara Vogt/ }).click();
  await checkOpen(operator, "the operator's menu on a phone", [PHONE]);
});

test('testing, disabling and enabling have no violation in a dialog', async ({ page }) => {
  test.slow();
  await openTokens(page, newUser('journey.dialogs', 'Dialogs'));
  const app = await addCountingApp(page, 'Looked at');
  const dialog = page.getByRole('dialog');
  const code = dialog.getByLabel('Code', { exact: true });

  await choose(page, 'Looked at', 'Test token');
  await expect(code).toBeVisible();
  await checkOpen(dialog, 'testing');
  await code.fill('12345');
  await code.press('Enter');
  await expect(code).toHaveAttribute('aria-invalid', 'true');
  await checkOpen(dialog, 'a code that is too short');
  await code.fill(wrong(app.next()));
  await expect(dialog.getByRole('heading', { name: 'Wrong code' })).toBeVisible();
  await checkOpen(dialog, 'a wrong code');
  await dialog.getByRole('link', { name: /^Try again/ }).click();
  await code.fill(app.next());
  await expect(dialog.getByRole('heading', { name: 'The token works' })).toBeVisible();
  await checkOpen(dialog, 'a right code');
  await page.keyboard.press('Escape');

  await choose(page, 'Looked at', 'Disable temporarily');
  await dialog.getByRole('radio', { name: 'A date you choose' }).check();
  await checkOpen(dialog, 'disabling the last token until a date');
  await dialog.getByRole('radio', { name: /^Tomorrow/ }).check();
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Disable temporarily' }).click();
  await expect(row(page, 'Looked at')).toContainText('DISABLED');
  await choose(page, 'Looked at', 'Enable');
  await expect(dialog.getByRole('heading', { name: 'Enable this token?' })).toBeVisible();
  await checkOpen(dialog, 'enabling');
});
